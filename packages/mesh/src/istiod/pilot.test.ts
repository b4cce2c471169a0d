import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { systemClock } from '@meshbed/core';
import { expect, test, vi } from 'vitest';
import { requestCertificate } from '../certificates/index.ts';
import type { Transport } from '../grpc/index.ts';
import { signIdentity } from '../identity/index.ts';
import { resources } from '@meshbed/kube-client';
import { type Authorization, AuthorizationSchema } from '../proto/gen/istio/authorization_pb.ts';
import { type Address, AddressSchema } from '../proto/gen/istio/workload_pb.ts';
import { type AwsEndpoint, awsEndpoint } from '../testing/aws-endpoint.ts';
import { type TestContext, testContext } from '../testing/context.ts';
import { FakeKube } from '@meshbed/kube-client/testing';
import { watch, XdsClient } from '../xds/index.ts';
import type { AuthorizationPolicy, ConfigMap, ServiceEntry } from './objects.ts';
import { pilot } from './pilot.ts';

const role = 'arn:aws:iam::111111111111:role/istiod-local';
const taskRole = 'arn:aws:iam::111111111111:role/ecs/ambient/task';
const mounted = '/var/run/secrets/kubernetes.io/serviceaccount';

interface World extends AsyncDisposable {
  kube: FakeKube;
  aws: AwsEndpoint;
  start(): Promise<Running>;
}
interface Running extends AsyncDisposable {
  at: TestContext;
  exitCode: Promise<number>;
  transport(): Transport;
  get(port: number, path: string): Promise<{ status: number; body: string }>;
}

async function world(): Promise<World> {
  const kube = await FakeKube.start();
  const aws = await awsEndpoint();
  const labels = { 'topology.istio.io/network': 'eks' };
  for (const name of ['istio-system', 'default', 'ecs-1']) {
    kube.put(resources.namespaces, { metadata: { name, ...(name === 'istio-system' ? { labels } : {}) } });
  }
  const mesh = `platforms: { ecs: { accounts: [{ role: '${role}', domain: ecs.local }] } }`;
  kube.put(resources.configMaps, { metadata: { name: 'istio', namespace: 'istio-system' }, data: { mesh } });
  aws.aws.trusts.set(role, new Set(['ASIApod']));
  const env = {
    KUBERNETES_SERVICE_HOST: 'kube',
    KUBERNETES_SERVICE_PORT: '443',
    POD_NAMESPACE: 'istio-system',
    AWS_ENDPOINT_URL: 'http://aws.internal',
    AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/v1/credentials',
    ECS_DISCOVERY_INTERVAL: '20ms',
    ISTIO_VERSION: '1.28.1-solo',
  };
  const files = { [`${mounted}/ca.crt`]: kube.ca, [`${mounted}/token`]: 'token' };
  const hosts = { 'kube:443': kube.port, 'aws.internal:80': aws.port, '169.254.170.23:80': aws.port };
  const start = async () => {
    const at = testContext({ env, files, hosts });
    const exitCode = pilot(at.context);
    await vi.waitFor(() => expect(at.log.some((line) => line.endsWith('istiod is ready'))).toBe(true), 10_000);
    const root = () =>
      kube.get<ConfigMap>(resources.configMaps, 'istio-ca-root-cert', 'default')?.data?.['root-cert.pem'] ?? '';
    await vi.waitFor(() => expect(root()).toContain('BEGIN CERTIFICATE'));
    const running: Running = {
      at,
      exitCode,
      transport: () => ({
        dial: () => at.dial(15_012),
        ca: root(),
        servername: 'istiod.istio-system.svc',
        clock: systemClock,
      }),
      get: (port, path) => get(at, port, path),
      async [Symbol.asyncDispose]() {
        at.stop();
        await exitCode;
      },
    };
    return running;
  };
  const close = async () => {
    await aws[Symbol.asyncDispose]();
    await kube[Symbol.asyncDispose]();
  };
  return { kube, aws, start, [Symbol.asyncDispose]: close };
}

async function get(at: TestContext, port: number, path: string): Promise<{ status: number; body: string }> {
  const socket = await at.dial(port);
  return new Promise((resolve, reject) => {
    request({ path, createConnection: () => socket }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    })
      .on('error', reject)
      .end();
  });
}

function ztunnel(running: Running, token: string) {
  const addresses = new Map<string, Address>();
  const authorizations = new Map<string, Authorization>();
  const stop = new AbortController();
  const into = <T>(map: Map<string, T>) => ({
    apply: (name: string, message: T) => void map.set(name, message),
    remove: (name: string) => void map.delete(name),
  });
  const client = new XdsClient({
    ...running.transport(),
    node: {
      id: 'ztunnel~10.0.0.1~z.istio-system~istio-system.svc.cluster.local',
      metadata: { NAMESPACE: 'istio-system' },
    },
    metadata: async () => ({ authorization: `Bearer ${token}` }),
    watches: [
      watch({ schema: AddressSchema, ...into(addresses) }),
      watch({ schema: AuthorizationSchema, ...into(authorizations) }),
    ],
  });
  void client.run(stop.signal);
  return { client, addresses, authorizations, [Symbol.dispose]: () => stop.abort() };
}

const echo = {
  name: 'echo-service',
  tags: { 'ecs.solo.io/namespace': 'ecs-1', 'ecs.solo.io/service-account': 'local' },
  ports: [{ containerPort: 8080 }],
  tasks: [{ id: 'f00', ip: '192.168.1.10', ztunnel: 'HEALTHY' as const }],
};

test('istiod: what ECS runs reaches a ztunnel with a virtual address; policies come with their status', async () => {
  await using it = await world();
  it.aws.aws.cluster('111111111111', 'ecs-1', [echo]);
  it.kube.tokens = new Map([['zt', 'istio-system/ztunnel']]);
  await using istiod = await it.start();
  using zt = ztunnel(istiod, 'zt');
  await zt.client.ready;
  await vi.waitFor(() => {
    const service = zt.addresses.get('ecs-1/echo-service.ecs-1.ecs.local');
    expect(service?.type.value).toMatchObject({
      addresses: [{ network: 'eks', address: Buffer.of(240, 240, 0, 1) }, {}],
    });
  });
  const [entry] = it.kube.list<ServiceEntry>(resources.serviceEntries);
  expect(entry?.status?.addresses?.map(({ value }) => value)).toEqual(['240.240.0.1', '2001:2::1']);
  const uid = [...zt.addresses.keys()].find((key) => key.includes('WorkloadEntry'));
  expect(zt.addresses.get(uid ?? '')?.type.value).toMatchObject({ serviceAccount: 'local', tunnelProtocol: 1 });

  it.kube.put(resources.authorizationPolicies, { metadata: { name: 'deny-all', namespace: 'ecs-1' }, spec: {} });
  await vi.waitFor(() => expect(zt.authorizations.has('ecs-1/deny-all')).toBe(true));
  await vi.waitFor(() => {
    const policy = it.kube.get<AuthorizationPolicy>(resources.authorizationPolicies, 'deny-all', 'ecs-1');
    expect(policy?.status?.conditions?.[0]).toMatchObject({ type: 'ZtunnelAccepted', status: 'True' });
  });
  it.kube.remove(resources.authorizationPolicies, 'deny-all', 'ecs-1');
  it.aws.aws.cluster('111111111111', 'ecs-1', []);
  await vi.waitFor(() => expect([zt.authorizations.size, zt.addresses.size]).toEqual([0, 0]));
});

test('istiod: certificates go to who the caller is: pods of the node, service accounts of the role', async () => {
  await using it = await world();
  it.kube.tokens = new Map([['zt', 'istio-system/ztunnel']]);
  it.kube.podClaims = new Map([['zt', { 'authentication.kubernetes.io/pod-name': ['ztunnel-1'] }]]);
  const pod = (name: string, namespace: string, serviceAccountName: string, nodeName: string) =>
    it.kube.put(resources.pods, { metadata: { name, namespace }, spec: { serviceAccountName, nodeName } });
  pod('ztunnel-1', 'istio-system', 'ztunnel', 'node-1');
  pod('shell-1', 'default', 'shell', 'node-1');
  pod('echo-1', 'default', 'echo', 'node-2');
  it.kube.put(resources.serviceAccounts, {
    metadata: { name: 'local', namespace: 'ecs-1', annotations: { 'ecs.solo.io/role-arn': taskRole } },
  });
  it.aws.callers.set('ASIAtask', 'arn:aws:sts::111111111111:assumed-role/task/f00');
  await using istiod = await it.start();

  const asAgent = { ...istiod.transport(), metadata: async () => ({ authorization: 'Bearer zt' }), impersonate: true };
  const shell = 'spiffe://cluster.local/ns/default/sa/shell';
  expect((await requestCertificate({ ...asAgent, spiffe: shell })).spiffe).toBe(shell);
  await expect(requestCertificate({ ...asAgent, spiffe: 'spiffe://cluster.local/ns/default/sa/echo' })).rejects.toThrow(
    'no pod of',
  );

  const credentials = { accessKeyId: 'ASIAtask', secretAccessKey: 's', sessionToken: 't' };
  const authorization = () =>
    signIdentity({ credentials, region: 'us-east-2', endpoint: 'http://aws.internal', nowMs: systemClock.now() });
  const asTask = { ...istiod.transport(), metadata: async () => ({ authorization: await authorization() }) };
  const evil = await requestCertificate({ ...asTask, spiffe: shell });
  expect(evil.spiffe).toBe('spiffe://cluster.local/ns/ecs-1/sa/local');
  await expect(requestCertificate({ ...asTask, spiffe: shell, impersonate: true })).rejects.toThrow(
    'role arn:aws:iam::111111111111:role/task may be',
  );
  expect(istiod.at.log.some((line) => line.includes('ca: refused a certificate'))).toBe(true);
});

test('istiod: credentials of Pod Identity stay in use until it restarts; /debug/ecs says what is wrong', async () => {
  await using it = await world();
  it.aws.aws.cluster('111111111111', 'ecs-1', [echo]);
  it.aws.aws.trusts.set(role, new Set(['ASIAnew']));
  interface Ecs {
    accounts: { error?: string; services: number }[];
  }
  const status = async (running: Running) => JSON.parse((await running.get(15_014, '/debug/ecs')).body) as Ecs;
  {
    await using istiod = await it.start();
    await vi.waitFor(async () =>
      expect((await status(istiod)).accounts[0]?.error).toMatch(/AccessDenied: User: ASIApod/),
    );
    it.aws.podKey = 'ASIAnew';
    const asked = it.aws.aws.calls.length;
    await vi.waitFor(() => expect(it.aws.aws.calls.length).toBeGreaterThan(asked + 2));
    expect((await status(istiod)).accounts[0]?.error).toMatch(/AccessDenied: User: ASIApod/);
  }
  await using istiod = await it.start();
  await vi.waitFor(async () => expect((await status(istiod)).accounts[0]).toMatchObject({ services: 1 }));
});

test('istiod: follows the accounts of its mesh configuration; objects of an account that goes, go', async () => {
  await using it = await world();
  it.aws.aws.cluster('111111111111', 'ecs-1', [echo]);
  await using istiod = await it.start();
  await vi.waitFor(() => expect(it.kube.list(resources.serviceEntries)).toHaveLength(1));
  it.kube.put(resources.configMaps, {
    metadata: { name: 'istio', namespace: 'istio-system' },
    data: { mesh: 'platforms: {}' },
  });
  await vi.waitFor(() => expect(it.kube.list(resources.serviceEntries)).toHaveLength(0));
  expect(istiod.at.log.some((line) => line.endsWith('ecs: configured accounts: none'))).toBe(true);
});

test('istiod: answers readiness, version and syncz; a new namespace gets the root; ends without a listener', async () => {
  await using it = await world();
  it.kube.tokens = new Map([['zt', 'istio-system/ztunnel']]);
  await using istiod = await it.start();
  using zt = ztunnel(istiod, 'zt');
  await zt.client.ready;
  expect((await istiod.get(8080, '/ready')).status).toBe(200);
  expect(JSON.parse((await istiod.get(15_014, '/version')).body)).toEqual({ version: '1.28.1-solo' });
  await vi.waitFor(async () => {
    const [proxy] = JSON.parse((await istiod.get(15_014, '/debug/syncz')).body) as {
      proxy: string;
      types: Record<string, { sent: string; acknowledged: string }>;
    }[];
    expect(proxy?.proxy).toBe('z.istio-system');
    expect(
      Object.values(proxy?.types ?? {}).map(({ sent, acknowledged }) => sent !== '' && sent === acknowledged),
    ).toEqual([true, true]);
  });
  expect((await istiod.get(15_014, '/nope')).status).toBe(404);
  it.kube.put(resources.namespaces, { metadata: { name: 'later' } });
  await vi.waitFor(() => expect(it.kube.get(resources.configMaps, 'istio-ca-root-cert', 'later')).toBeDefined());
  istiod.at.stop();
  expect(await istiod.exitCode).toBe(0);
  expect(istiod.at.listening()).toEqual([]);
});

test('istiod: a refused start ends with 1 and says why', async () => {
  await using it = await world();
  it.kube.put(resources.secrets, { metadata: { name: 'cacerts', namespace: 'istio-system' }, data: {} });
  const at = testContext({
    env: { KUBERNETES_SERVICE_HOST: 'kube' },
    files: { [`${mounted}/ca.crt`]: it.kube.ca },
    hosts: { 'kube:443': it.kube.port },
  });
  expect(await pilot(at.context)).toBe(1);
  expect(at.log.at(-1)).toContain('istiod stops: secret istio-system/cacerts lacks');
  const outside = testContext({ hosts: {} });
  expect(await pilot(outside.context)).toBe(1);
  expect(outside.log.at(-1)).toContain('must run in a pod');
});
