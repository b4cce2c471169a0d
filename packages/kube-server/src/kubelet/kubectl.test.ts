import { execFile, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ready, systemClock, until, waiting } from '@meshbed/core';
import { stringify } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Pod } from '../objects/index.ts';
import { kubeletOf } from './index.ts';
import { createControllers } from '../controllers/index.ts';
import { streamHandlers } from '../streams/index.ts';
import { startTestCluster, type TestCluster } from '../testing/cluster.ts';
import { FakeLoadBalancers, FakePodNetwork } from '../testing/controlled-cluster.ts';
import { FakeRuntime } from '../testing/fake-runtime.ts';

const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;

/** The real client against the real server; only what containers do is simulated. */
describe.skipIf(!hasKubectl)('kubectl', () => {
  const runtime = new FakeRuntime(systemClock);
  let test: TestCluster;
  let home: string;

  beforeAll(async () => {
    const cluster = { runtime, podNetwork: new FakePodNetwork(), loadBalancers: new FakeLoadBalancers() };
    test = await startTestCluster({ cluster, parts: { createControllers, handlers: streamHandlers } });
    test.cluster.addNode({
      name: 'node-1',
      ip: '192.168.0.1',
      labels: {},
      zone: 'us-east-2a',
      instanceType: 't2.medium',
      providerId: '',
    });
    home = mkdtempSync(join(tmpdir(), 'meshbed-kubectl-'));
    writeFileSync(join(home, 'config'), kubeconfig(test));
  });
  afterAll(async () => {
    await test[Symbol.asyncDispose]();
    rmSync(home, { recursive: true });
  });

  const environment = () => ({ PATH: process.env['PATH'] ?? '', HOME: home, KUBECONFIG: join(home, 'config') });
  const kubectl = (line: string, input = ''): Promise<{ code: number; out: string; error: string }> =>
    new Promise((resolve) => {
      const child = execFile('kubectl', split(line), { env: environment(), maxBuffer: 1e7 }, (failure, out, error) => {
        resolve({ code: typeof failure?.code === 'number' ? failure.code : 0, out, error });
      });
      child.stdin?.end(input);
    });
  const succeed = async (line: string, input?: string) => {
    const { code, out, error } = await kubectl(line, input);
    if (code !== 0) throw new Error(`kubectl ${line}: exit code ${code}\n${out}${error}`);
    return out;
  };

  /** Until somebody reads the log of `name` as it grows. */
  const followers = (name: string) => {
    const log = () =>
      kubeletOf(test.cluster)?.worker(test.cluster.store.get('pods', 'demo', name) as Pod)?.records[0]?.log;
    const isFollowed = () => (log()?.followed ? ready(true) : waiting('nobody reads it'));
    return until(isFollowed, { clock: systemClock, what: `the log of ${name}`, timeoutMs: 10_000 });
  };

  it('rolls a deployment out, restarts it, scales it and takes it back', async () => {
    await succeed('create namespace demo');
    await succeed('create deployment web --image=echo:1 --replicas=2 -n demo');
    expect(await succeed('rollout status deploy/web -n demo --timeout=20s')).toContain('successfully rolled out');
    await succeed('set image deploy/web echo=echo:2 -n demo');
    expect(await succeed('rollout status deploy/web -n demo --timeout=20s')).toContain('successfully rolled out');
    expect(await succeed('rollout history deploy/web -n demo')).toMatch(/1\s+<none>\n2\s+<none>/);
    await succeed('rollout undo deploy/web -n demo');
    await succeed('rollout status deploy/web -n demo --timeout=20s');
    expect(await succeed('get deploy web -n demo -o jsonpath={.spec.template.spec.containers[0].image}')).toBe(
      'echo:1',
    );
    const before = await succeed('get pods -n demo -o name');
    await succeed('rollout restart deploy/web -n demo');
    await succeed('rollout status deploy/web -n demo --timeout=20s');
    expect(await succeed('get pods -n demo -o name')).not.toBe(before);
    await succeed('scale deploy/web --replicas=3 -n demo');
    await succeed('wait deploy/web --for=jsonpath={.status.readyReplicas}=3 -n demo --timeout=20s');
    expect(await succeed('get deploy web -n demo')).toMatch(/web\s+3\/3\s+3\s+3/);
    await succeed('scale deploy/web --replicas=1 -n demo');
    await succeed('rollout status deploy/web -n demo --timeout=20s');
  });

  it('restarts a daemon set and waits for it', async () => {
    const manifest = { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'agent', namespace: 'demo' } };
    const template = {
      metadata: { labels: { app: 'agent' } },
      spec: { containers: [{ name: 'agent', image: 'echo:1' }] },
    };
    await succeed(
      'apply -f -',
      stringify({ ...manifest, spec: { selector: { matchLabels: { app: 'agent' } }, template } }),
    );
    expect(await succeed('rollout status ds/agent -n demo --timeout=20s')).toContain('successfully rolled out');
    await succeed('rollout restart ds/agent -n demo');
    expect(await succeed('rollout status ds/agent -n demo --timeout=20s')).toContain('successfully rolled out');
  });

  it('runs commands with input, exit code and megabytes of output', async () => {
    await succeed('run box --image=echo -n demo');
    await succeed('wait pod/box --for=condition=Ready -n demo --timeout=20s');
    const double = 'process.stdin.on("data",d=>process.stdout.write(d+""+d)).on("end",()=>process.exit(3))';
    expect(await kubectl(`exec -i box -n demo -- node -e ${double}`, 'hello')).toMatchObject({
      code: 3,
      out: 'hellohello',
    });
    const large = await succeed('exec box -n demo -- node -e process.stdout.write("x".repeat(3e6))');
    expect(large).toHaveLength(3e6);
    expect(await kubectl('exec box -n demo -- no-such-command')).toMatchObject({ code: 127 });
    expect((await kubectl('exec box -c none -n demo -- true')).error).toContain(
      'container none is not valid for pod box',
    );
  });

  it('shows logs of a pod, of a deployment, and follows them', async () => {
    runtime.find('/box').log('box', 'from the box');
    expect(await succeed('logs box -n demo')).toBe('from the box\n');
    const followed = kubectl('logs -f box -n demo');
    await followers('box');
    runtime.find('/box').log('box', 'second line');
    runtime.find('/box').exit('box', 1);
    expect((await followed).out).toBe('from the box\nsecond line\n');
    expect(await succeed('logs box -n demo --previous')).toBe('from the box\nsecond line\n');
    runtime.find('/web').log('echo', 'from the web');
    expect(await succeed('logs deploy/web -n demo --tail=1')).toBe('from the web\n');
  });

  it('forwards a port to a pod', async () => {
    const upstream = createServer((socket) => socket.on('data', (data) => socket.end(`you said ${data.toString()}`)));
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
    runtime.ports.set(8080, (upstream.address() as AddressInfo).port);
    const child = spawn('kubectl', split('port-forward pod/box :8080 -n demo'), { env: environment() });
    const port = await new Promise<number>((resolve, reject) => {
      child.stdout.on('data', (data: Buffer) => {
        const match = /127\.0\.0\.1:(\d+)/.exec(data.toString());
        if (match) resolve(Number(match[1]));
      });
      child.on('exit', () => reject(new Error('kubectl port-forward ended')));
    });
    const answers = await Promise.all([ask(port, 'one'), ask(port, 'two')]);
    expect(answers).toEqual(['you said one', 'you said two']);
    child.kill();
    await new Promise((resolve) => upstream.close(resolve));
  });

  it('explains a pod that does not start', async () => {
    await succeed('run broken --image=missing/x:1 -n demo');
    await succeed(
      'wait pod/broken --for=jsonpath={.status.containerStatuses[0].state.waiting.reason}=ImagePullBackOff -n demo --timeout=20s',
    );
    expect(await succeed('get pods broken -n demo')).toMatch(/broken\s+0\/1\s+ImagePullBackOff/);
    expect(await succeed('describe pod broken -n demo')).toContain('Failed to pull image "missing/x:1"');
  });

  it('deletes a namespace with all that runs in it', async () => {
    expect(await succeed('delete namespace demo --timeout=20s')).toContain('"demo" deleted');
    expect([...runtime.workloads.keys()]).toEqual([]);
  });
});

const split = (line: string) => line.split(' ');

function ask(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()));
    socket.on('error', reject);
  });
}

function kubeconfig({ cluster, caPem }: TestCluster): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [
      {
        name: 'test',
        cluster: { server: cluster.server, 'certificate-authority-data': Buffer.from(caPem).toString('base64') },
      },
    ],
    users: [{ name: 'admin', user: { token: cluster.adminToken } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
  });
}
