import { type ContainerSpec } from '@meshbed/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pod, TestCluster } from '../testing/controlled-cluster.ts';

let test: TestCluster;
beforeEach(() => {
  test = new TestCluster();
  test.addNode('node-1');
  const data = { colour: 'red', 'a.conf': 'x=1' };
  test.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'default' }, data });
  test.create({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'keys', namespace: 'default' },
    stringData: { key: 's3cret' },
  });
});
afterEach(() => test[Symbol.asyncDispose]());

/** The container as the runtime gets it. */
async function run(container: Record<string, unknown>, spec: Record<string, unknown> = {}): Promise<ContainerSpec> {
  const object = pod('web', { containers: [{ name: 'app', image: 'echo', ...container }], ...spec });
  test.create({ ...object, metadata: { ...object.metadata, annotations: { note: 'hi' } } });
  await test.settle();
  return test.runtime.find('web').container('app');
}

const read = (container: ContainerSpec, path: string) => container.files.get(path)?.();
const volume = (source: Record<string, unknown>, mount: Record<string, unknown> = {}) => [
  { volumeMounts: [{ name: 'v', mountPath: '/etc/v/', ...mount }] },
  { volumes: [{ name: 'v', ...source }] },
];
const claims = (token: string | undefined) =>
  JSON.parse(Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString()) as {
    aud: string[];
    exp: number;
    sub: string;
  };

describe('environment', () => {
  it.each([
    ['a value', { value: 'x' }, 'x'],
    ['an earlier variable', { value: '$(FIRST)-$$(FIRST)-$(NONE)' }, 'one-$(FIRST)-$(NONE)'],
    ['a field', { valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }, '192.168.0.10'],
    ['the node', { valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }, 'node-1'],
    ['a label', { valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } }, 'web'],
    ['a config map', { valueFrom: { configMapKeyRef: { name: 'settings', key: 'colour' } } }, 'red'],
    ['a secret', { valueFrom: { secretKeyRef: { name: 'keys', key: 'key' } } }, 's3cret'],
    [
      'a missing but optional key',
      { valueFrom: { secretKeyRef: { name: 'none', key: 'key', optional: true } } },
      undefined,
    ],
    ['a limit', { valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } }, '256'],
    ['a limit that falls back to the node', { valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } }, '2'],
  ])('takes %s', async (_name, variable, expected) => {
    const env = [
      { name: 'FIRST', value: 'one' },
      { name: 'IT', ...variable },
    ];
    const container = await run({ env, resources: { limits: { memory: '256Mi' } } });
    expect(container.env['IT']).toBe(expected);
  });

  it('says where the API server is, and takes whole objects', async () => {
    const container = await run({ envFrom: [{ prefix: 'S_', configMapRef: { name: 'settings' } }] });
    expect(container.env).toMatchObject({
      KUBERNETES_SERVICE_HOST: '10.100.0.1',
      KUBERNETES_SERVICE_PORT: '443',
      HOSTNAME: 'web',
      S_colour: 'red',
    });
  });

  it('reaches command and arguments', async () => {
    const container = await run({
      env: [{ name: 'MODE', value: 'fast' }],
      command: ['run', '--mode=$(MODE)'],
      args: ['$(MODE)', '$$x'],
    });
    expect([container.entryPoint, container.command]).toEqual([
      ['run', '--mode=fast'],
      ['fast', '$x'],
    ]);
  });
});

describe('volumes', () => {
  it.each([
    ['a config map', { configMap: { name: 'settings' } }, '/etc/v/a.conf', 'x=1'],
    [
      'an item under another name',
      { configMap: { name: 'settings', items: [{ key: 'colour', path: 'sub/c' }] } },
      '/etc/v/sub/c',
      'red',
    ],
    ['a secret', { secret: { secretName: 'keys' } }, '/etc/v/key', 's3cret'],
    [
      'the downward API',
      { downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
      '/etc/v/labels',
      'app="web"',
    ],
    [
      'a projection',
      { projected: { sources: [{ configMap: { name: 'settings' } }, { secret: { name: 'keys' } }] } },
      '/etc/v/key',
      's3cret',
    ],
  ])('show %s', async (_name, source, path, expected) => {
    expect(
      read(
        await run(...(volume(source) as [object, object] as [Record<string, unknown>, Record<string, unknown>])),
        path,
      ),
    ).toBe(expected);
  });

  it('follow their source, and keep the last content when it goes', async () => {
    const [container, spec] = volume({ configMap: { name: 'settings' } });
    const { files } = await run(container ?? {}, spec);
    const current = test.get('configmaps', 'settings');
    test.store.update({ ...current, data: { colour: 'blue', added: 'yes' } });
    expect([files.get('/etc/v/colour')?.(), files.get('/etc/v/added')?.(), files.get('/etc/v/a.conf')]).toEqual([
      'blue',
      'yes',
      undefined,
    ]);
    test.store.delete('configmaps', 'default', 'settings');
    expect(files.get('/etc/v/colour')?.()).toBe('blue');
  });

  it('mount a single file with subPath', async () => {
    const [container, spec] = volume(
      { configMap: { name: 'settings' } },
      { mountPath: '/etc/app.conf', subPath: 'a.conf' },
    );
    expect(read(await run(container ?? {}, spec), '/etc/app.conf')).toBe('x=1');
  });

  it('of another kind are refused by name', async () => {
    test.create(pod('web', { volumes: [{ name: 'v', nfs: { server: 'x', path: '/' } }] }));
    await test.settle();
    expect(test.list('events').find(({ reason }) => reason === 'FailedMount')?.message).toContain(
      'volumes of type nfs are not supported',
    );
  });
});

describe('service-account token', () => {
  const directory = '/var/run/secrets/kubernetes.io/serviceaccount';

  it('is mounted by default, with certificate and namespace', async () => {
    const container = await run({});
    expect(claims(read(container, `${directory}/token`))).toMatchObject({
      sub: 'system:serviceaccount:default:default',
      aud: ['https://kubernetes.default.svc'],
    });
    expect([read(container, `${directory}/ca.crt`), read(container, `${directory}/namespace`)]).toEqual([
      'CA',
      'default',
    ]);
  });

  it('is not mounted when the pod does not want it', async () => {
    expect([...(await run({}, { automountServiceAccountToken: false })).files]).toEqual([]);
  });

  it('is renewed when 80% of its life are over', async () => {
    const token = { serviceAccountToken: { path: 'token', audience: 'istio-ca', expirationSeconds: 1000 } };
    const [mount, spec] = volume({ projected: { sources: [token] } });
    const container = await run(mount ?? {}, spec);
    const first = read(container, '/etc/v/token');
    await test.settle(799_000);
    expect(read(container, '/etc/v/token')).toBe(first);
    await test.settle(1000);
    expect(claims(read(container, '/etc/v/token'))).toMatchObject({ aud: ['istio-ca'], exp: claims(first).exp + 800 });
  });
});

describe('probes', () => {
  it.each([
    ['httpGet', { httpGet: { port: 'web', path: '/ready' } }, { httpGet: { path: '/ready', port: 8080 } }],
    ['tcpSocket', { tcpSocket: { port: 'web' } }, { tcpPort: 8080 }],
    ['exec', { exec: { command: ['true'] } }, { command: ['true'] }],
  ])('become a health check: %s', async (_name, probe, expected) => {
    const readinessProbe = { ...probe, periodSeconds: 5, failureThreshold: 2, initialDelaySeconds: 3 };
    const { healthCheck } = await run({ readinessProbe, ports: [{ name: 'web', containerPort: 8080 }] });
    expect(healthCheck).toEqual({ test: expected, intervalMs: 5000, timeoutMs: 1000, retries: 2, startPeriodMs: 3000 });
  });

  it('that can not be asked keep the container from starting', async () => {
    test.create(
      pod('web', {
        containers: [{ name: 'app', image: 'echo', livenessProbe: { httpGet: { port: 1, scheme: 'HTTPS' } } }],
      }),
    );
    await test.settle();
    const [status] = test.get('pods', 'web').status?.containerStatuses ?? [];
    expect(status?.state.waiting?.reason).toBe('CreateContainerConfigError');
  });

  it('restart the pod when it is no longer alive', async () => {
    await run({ livenessProbe: { tcpSocket: { port: 1 }, periodSeconds: 10, failureThreshold: 2 } });
    await test.settle(9000);
    expect(test.list('events').map(({ reason }) => reason)).not.toContain('Unhealthy');
    await test.settle(2000);
    const [status] = test.get('pods', 'web').status?.containerStatuses ?? [];
    expect(status).toMatchObject({ restartCount: 1, ready: true });
    expect(test.list('events').find(({ reason }) => reason === 'Unhealthy')?.message).toContain(
      'Liveness probe failed: connect ECONNREFUSED',
    );
  });
});
