import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { KubectlCase } from './session.ts';

const area = 'streams';

const fetched = async (url: string): Promise<string> => (await fetch(url)).text();

export const streamCases: readonly KubectlCase[] = [
  {
    area,
    name: 'exec: input, output, errors, exit code, megabytes',
    async run(kubectl) {
      await kubectl.box();
      expect(await kubectl.run('exec -i box -- cat', { input: 'hello' })).toBe('hello');
      const { code, error } = await kubectl.fail('exec box -- sh -c', { and: ['echo out; echo err >&2; exit 3'] });
      expect(code).toBe(3);
      expect(error).toMatch(/out\n[^]*err\n/);
      const large = await kubectl.run('exec box -- sh -c', { and: ['head -c 2000000 /dev/zero | tr "\\0" x'] });
      expect(large).toHaveLength(2_000_000);
      expect((await kubectl.fail('exec box -c none -- true')).error).toContain('container none is not valid');
    },
  },
  {
    area,
    name: 'run -i: a command of a moment, its output, its input, its exit code',
    async run(kubectl) {
      const once = (name: string) => `run ${name} --rm -i --restart=Never --image=curlimages/curl --`;
      expect(await kubectl.run(`${once('echoed')} sh -c`, { and: ['echo done'] })).toMatch(/^done\n/);
      expect(await kubectl.run(`${once('fed')} cat`, { input: 'fed' })).toMatch(/^fed\n/);
      expect(await kubectl.fail(`${once('failed')} sh -c`, { and: ['exit 3'] })).toMatchObject({ code: 3 });
    },
  },
  {
    area,
    name: 'cp: a file in, and out again',
    async run(kubectl) {
      await kubectl.box();
      const folder = await mkdtemp(join(tmpdir(), 'meshbed-cp-'));
      await writeFile(join(folder, 'in'), 'copied');
      await kubectl.run(`cp ${folder}/in box:${folder}/inside`);
      await kubectl.run(`cp box:${folder}/inside ${folder}/out`);
      expect(await readFile(join(folder, 'out'), 'utf8')).toBe('copied');
      await rm(folder, { recursive: true });
    },
  },
  {
    area,
    name: 'logs: last lines, times, followed, of a container that is not there',
    async run(kubectl) {
      const whole = await kubectl.run('logs deploy/istiod -n istio-system');
      const last = await kubectl.run('logs -l app=istiod -n istio-system --tail=1');
      expect(whole.split('\n').length).toBeGreaterThan(1);
      expect(last.trim().split('\n')).toHaveLength(1);
      expect(await kubectl.run('logs deploy/istiod -n istio-system --tail=1 --timestamps')).toMatch(
        /^\d{4}-\d\d-\d\dT\S+Z /,
      );
      using followed = kubectl.start('logs -f deploy/istiod -n istio-system --tail=1');
      await followed.says(/\n/);
      expect((await kubectl.fail('logs deploy/istiod -c none -n istio-system')).error).toContain(
        'container none is not valid',
      );
    },
  },
  {
    area,
    name: 'port-forward: several connections at once',
    async run(kubectl) {
      await kubectl.run('create deployment served --image=gcr.io/istio-testing/app');
      await kubectl.run('rollout status deploy/served --timeout=60s');
      using forwarded = kubectl.start('port-forward deploy/served :8080');
      const [, port] = await forwarded.says(/127\.0\.0\.1:(\d+)/);
      const answers = await Promise.all([1, 2, 3].map(() => fetched(`http://127.0.0.1:${port}/`)));
      for (const answer of answers) expect(answer).toContain('Hostname=served-');
      await kubectl.run('delete deploy served');
    },
  },
  {
    area,
    name: 'watch: get --watch shows what happens',
    async run(kubectl) {
      using watched = kubectl.start('get configmaps --watch');
      await watched.says(/NAME/);
      await kubectl.run('create configmap seen --from-literal=a=b');
      await watched.says(/\nseen +1 /);
      await kubectl.run('delete configmap seen');
    },
  },
];
