import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { KubectlCase } from './session.ts';

const area = 'apply';

const deployment = (name: string, spec: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'app', image: 'gcr.io/istio-testing/app', ports: [{ containerPort: 8080 }] }] },
    },
    ...spec,
  },
});

const config = (name: string, data: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
});

export const applyCases: readonly KubectlCase[] = [
  {
    area,
    name: 'client side: created, unchanged, configured; what others set stays',
    async run(kubectl) {
      expect(await kubectl.run('apply -f -', { input: deployment('client') })).toContain('client created');
      expect(await kubectl.run('apply -f -', { input: deployment('client') })).toContain('client unchanged');
      await kubectl.run('annotate deploy client mine=kept');
      const changed = deployment('client', { revisionHistoryLimit: 3 });
      expect(await kubectl.run('apply -f -', { input: changed })).toContain('client configured');
      const { metadata, spec } = JSON.parse(await kubectl.run('get deploy client -o json'));
      expect(metadata.annotations.mine).toBe('kept');
      expect(spec).toMatchObject({ revisionHistoryLimit: 3, template: { spec: { dnsPolicy: 'ClusterFirst' } } });
    },
  },
  {
    area,
    name: 'server side: conflicts with the fields of others, forces',
    async run(kubectl) {
      await kubectl.run('apply --server-side --field-manager=first -f -', { input: config('server', { a: '1' }) });
      const other = { input: config('server', { a: '2' }) };
      const { error } = await kubectl.fail('apply --server-side --field-manager=second -f -', other);
      expect(error).toContain('conflict with "first": .data.a');
      await kubectl.run('apply --server-side --field-manager=second --force-conflicts -f -', other);
      expect(await kubectl.run('get cm server -o jsonpath={.data.a}')).toBe('2');
    },
  },
  {
    area,
    name: 'diff: nothing, then what would change',
    async run(kubectl) {
      await kubectl.run('apply -f -', { input: config('diffed', { a: '1' }) });
      expect(await kubectl.run('diff -f -', { input: config('diffed', { a: '1' }) })).toBe('');
      const { code, error } = await kubectl.fail('diff -f -', { input: config('diffed', { a: '2' }) });
      expect(code).toBe(1);
      expect(error).toMatch(/-\s+a: "1"\n\+\s+a: "2"/);
    },
  },
  {
    area,
    name: 'dry run: on the server, nothing is stored',
    async run(kubectl) {
      expect(await kubectl.run('apply --dry-run=server -f -', { input: config('dry', {}) })).toContain('dry run');
      expect((await kubectl.fail('get cm dry')).error).toContain('not found');
    },
  },
  {
    area,
    name: 'kustomize: apply -k',
    async run(kubectl) {
      const folder = await mkdtemp(join(tmpdir(), 'meshbed-kustomize-'));
      const generator = { namePrefix: 'k-', configMapGenerator: [{ name: 'made', literals: ['a=b'] }] };
      await writeFile(join(folder, 'kustomization.yaml'), JSON.stringify(generator));
      expect(await kubectl.run(`apply -k ${folder}`)).toMatch(/configmap\/k-made-\w+ created/);
      await rm(folder, { recursive: true });
    },
  },
  {
    area,
    name: 'create: the kinds that have commands of their own',
    async run(kubectl) {
      const commands = [
        'secret generic made --from-literal=a=b',
        'serviceaccount made',
        'role made --verb=get --resource=pods',
        'rolebinding made --role=made --serviceaccount=default:default',
        'deployment made --image=gcr.io/istio-testing/app',
        'service clusterip made --tcp=80:8080',
        'priorityclass made-N --value=1',
      ];
      for (const line of commands) {
        expect(await kubectl.run(`create ${line.replace('made-N', kubectl.namespace)}`)).toMatch(/ created\n$/);
      }
      await kubectl.run('delete deploy made');
      expect((await kubectl.fail('create configmap made-2 --from-literal=a')).error).toContain('invalid');
    },
  },
  {
    area,
    name: 'patch, label, annotate, replace',
    async run(kubectl) {
      await kubectl.run('apply -f -', { input: deployment('patched') });
      const replicas = () => kubectl.run('get deploy patched -o jsonpath={.spec.revisionHistoryLimit}');
      await kubectl.run('patch deploy patched -p', { and: ['{"spec":{"revisionHistoryLimit":1}}'] });
      expect(await replicas()).toBe('1');
      await kubectl.run('patch deploy patched --type=merge -p', { and: ['{"spec":{"revisionHistoryLimit":2}}'] });
      expect(await replicas()).toBe('2');
      const operation = '[{"op":"replace","path":"/spec/revisionHistoryLimit","value":3}]';
      await kubectl.run('patch deploy patched --type=json -p', { and: [operation] });
      expect(await replicas()).toBe('3');
      await kubectl.run('label deploy patched x=y');
      expect((await kubectl.fail('label deploy patched x=z')).error).toContain('already has a value (y)');
      await kubectl.run('label deploy patched x=z --overwrite');
      expect(await kubectl.run('get deploy -l x=z -o name')).toBe('deployment.apps/patched\n');
      await kubectl.run('annotate deploy patched a=b');
      const strategic = '{"spec":{"template":{"spec":{"containers":[{"name":"side","image":"curlimages/curl"}]}}}}';
      await kubectl.run('patch deploy patched -p', { and: [strategic] });
      const names = '{.spec.template.spec.containers[*].name}';
      expect((await kubectl.run(`get deploy patched -o jsonpath=${names}`)).split(' ').toSorted()).toEqual([
        'app',
        'side',
      ]);
    },
  },
];
