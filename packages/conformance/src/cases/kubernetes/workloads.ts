import { expect } from 'vitest';
import type { KubectlCase } from './session.ts';

const area = 'workloads';
const image = 'gcr.io/istio-testing/app';

export const workloadCases: readonly KubectlCase[] = [
  {
    area,
    name: 'deployment: rollout, image, history, undo, restart, scale',
    async run(kubectl) {
      await kubectl.run(`create deployment web --image=${image}:1`);
      const settled = () => kubectl.run('rollout status deploy/web --timeout=60s');
      expect(await settled()).toContain('successfully rolled out');
      await kubectl.run(`set image deploy/web app=${image}:2`);
      await settled();
      await kubectl.run('set env deploy/web A=B');
      await settled();
      expect(await kubectl.run('rollout history deploy/web')).toMatch(/1 +<none>\n2 +<none>\n3 +<none>/);
      await kubectl.run('rollout undo deploy/web --to-revision=1');
      await settled();
      const wanted = '{.spec.template.spec.containers[0].image}';
      expect(await kubectl.run(`get deploy web -o jsonpath=${wanted}`)).toBe(`${image}:1`);
      const before = await kubectl.run('get pods -l app=web -o name');
      await kubectl.run('rollout restart deploy/web');
      await settled();
      expect(await kubectl.run('get pods -l app=web -o name')).not.toBe(before);
      await kubectl.run('scale deploy/web --replicas=2');
      await settled();
      expect(await kubectl.run('get deploy web --no-headers')).toMatch(/^web +2\/2 +2 +2 /);
      await kubectl.run('expose deploy web --port=80 --target-port=8080');
      expect(await kubectl.run('get svc web --no-headers')).toMatch(/^web +ClusterIP +10\.100\./);
      await kubectl.run('delete deploy,svc web');
    },
  },
  {
    area,
    name: 'wait: conditions, fields, deletion, and a deadline',
    async run(kubectl) {
      await kubectl.box();
      if (kubectl.isAtLeast(23)) await kubectl.run('wait pod/box --for=jsonpath={.status.phase}=Running --timeout=30s');
      expect((await kubectl.fail('wait pod/box --for=condition=Nope --timeout=1s')).error).toContain(
        'timed out waiting',
      );
      await kubectl.run('delete pod box --wait=false');
      await kubectl.gone('pod/box');
    },
  },
  {
    area,
    name: 'pods that do not start: status, describe, events',
    async run(kubectl) {
      await kubectl.run('run broken --image=registry.invalid/none:1 --restart=Never');
      await kubectl.stage.until('the pull fails', async () => {
        const shown = await kubectl.run('get pod broken --no-headers');
        return /ImagePullBackOff|ErrImagePull/.test(shown) ? undefined : shown;
      });
      expect(await kubectl.run('describe pod broken')).toMatch(/Failed to pull image "registry\.invalid\/none:1"/);
      expect(await kubectl.run('get events --field-selector=involvedObject.name=broken')).toContain('Failed');
      await kubectl.run('delete pod broken --grace-period=0 --force');
    },
  },
  {
    area,
    name: 'deletion: finalizers hold, orphans stay, the foreground waits',
    async run(kubectl) {
      await kubectl.run('create configmap held --from-literal=a=b');
      await kubectl.run('patch cm held --type=merge -p', { and: ['{"metadata":{"finalizers":["x.io/y"]}}'] });
      expect((await kubectl.fail('delete cm held --timeout=1s')).error).toContain('timed out waiting');
      expect(await kubectl.run('get cm held -o jsonpath={.metadata.deletionTimestamp}')).toMatch(/^\d{4}-/);
      await kubectl.run('patch cm held --type=merge -p', { and: ['{"metadata":{"finalizers":null}}'] });
      expect((await kubectl.fail('get cm held')).error).toContain('NotFound');
      await kubectl.run(`create deployment parent --image=${image}`);
      await kubectl.run('rollout status deploy/parent --timeout=60s');
      await kubectl.run('delete deploy parent --cascade=orphan');
      expect(await kubectl.run('get rs -l app=parent -o name')).toMatch(/replicaset\.apps\/parent-/);
      await kubectl.run('delete rs -l app=parent');
      await kubectl.gone('pod -l app=parent');
    },
  },
  {
    area,
    name: 'nodes: cordon and uncordon',
    async run(kubectl) {
      const [node = ''] = (await kubectl.run('get nodes -o name')).split('\n');
      await kubectl.run(`cordon ${node}`);
      expect(await kubectl.run(`get ${node} --no-headers`)).toContain('Ready,SchedulingDisabled');
      await kubectl.run(`uncordon ${node}`);
    },
  },
];
