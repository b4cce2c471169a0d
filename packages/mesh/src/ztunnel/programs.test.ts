import { type NodeHost, type Program, type ProgramContext, systemClock } from '@meshbed/core';
import { splice } from '@meshbed/hbone';
import { type Ending, ending } from '@meshbed/hbone/testing';
import { once } from 'node:events';
import { request } from 'node:http';
import type { Socket } from 'node:net';
import { json, text } from 'node:stream/consumers';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { encodeBootstrapToken } from '../bootstrap.ts';
import { installCni } from '../cni/index.ts';
import type { ConfigMap } from '../istiod/objects.ts';
import { pilot } from '../istiod/pilot.ts';
import { type KubeObject, resources } from '../kube/index.ts';
import { type AwsEndpoint, awsEndpoint } from '../testing/aws-endpoint.ts';
import { FakeKube } from '../testing/fake-kube.ts';
import { dialLocal } from '../testing/loopback.ts';
import { echoApplication } from '../testing/mesh-world.ts';
import { TestNetwork, type TestWorkload } from '../testing/network.ts';
import { TestNode } from '../testing/node.ts';
import type { AccessRecord } from './access-log/index.ts';
import { ztunnel } from './index.ts';

const stacks: AsyncDisposableStack[] = [];
afterEach(async () => {
  while (stacks.length > 0) await stacks.pop()?.disposeAsync();
});

const mounted = '/var/run/secrets/kubernetes.io/serviceaccount';
const echoName = 'echo-service.ecs-1.ecs.local';
const answered: Ending = { how: 'end', text: 'hello\n' };
const reset: Ending = { how: 'reset', text: '' };

interface Running {
  network: TestWorkload;
  log: string[];
  healthy: () => boolean;
  stop: () => Promise<number>;
}

/** A cluster with one node and a shell pod, an ECS cluster with one enrolled task, and the mesh's real programs. */
class Cluster {
  readonly network = new TestNetwork();
  readonly node = new TestNode('node-1');
  readonly kube: FakeKube;
  readonly aws: AwsEndpoint;
  readonly shell: TestWorkload;
  readonly task: TestWorkload;
  readonly #stack = new AsyncDisposableStack();

  static async start(): Promise<Cluster> {
    const cluster = new Cluster(await FakeKube.start(), await awsEndpoint());
    stacks.push(cluster.#stack);
    await cluster.#relay('10.0.0.11', 443, cluster.kube.port);
    await cluster.#relay('10.0.0.12', 80, cluster.aws.port);
    for (const ip of ['169.254.170.23', '169.254.170.2']) await cluster.#relay(ip, 80, cluster.aws.port);
    return cluster;
  }

  private constructor(kube: FakeKube, aws: AwsEndpoint) {
    this.kube = kube;
    this.aws = aws;
    this.#stack.defer(async () => kube[Symbol.asyncDispose]());
    this.#stack.defer(async () => aws[Symbol.asyncDispose]());
    this.network.names.set('kube', ['10.0.0.11']);
    this.network.names.set('aws.internal', ['10.0.0.12']);
    this.network.names.set('istiod.istio-system.svc', ['10.0.0.10']);
    this.shell = this.network.workload('10.0.1.1');
    this.task = this.network.workload('10.0.2.1');
    this.#objects();
  }

  #objects(): void {
    const { kube, aws } = this;
    const labels: Record<string, Record<string, string>> = {
      'istio-system': { 'topology.istio.io/network': 'eks' },
      default: { 'istio.io/dataplane-mode': 'ambient' },
      'ecs-1': { 'istio.io/dataplane-mode': 'ambient' },
    };
    for (const [name, of] of Object.entries(labels)) kube.put(resources.namespaces, { metadata: { name, labels: of } });
    const role = 'arn:aws:iam::111111111111:role/istiod-local';
    const mesh = `platforms: { ecs: { accounts: [{ role: '${role}', domain: ecs.local }] } }`;
    kube.put(resources.configMaps, { metadata: { name: 'istio', namespace: 'istio-system' }, data: { mesh } });
    const annotations = { 'ecs.solo.io/role-arn': 'arn:aws:iam::111111111111:role/ecs/task' };
    kube.put(resources.serviceAccounts, { metadata: { name: 'local', namespace: 'ecs-1', annotations } });
    kube.tokens = new Map([
      ['zt', 'istio-system/ztunnel'],
      ['token', 'istio-system/istio-cni'],
    ]);
    kube.podClaims = new Map([['zt', { 'authentication.kubernetes.io/pod-name': ['ztunnel-1'] }]]);
    this.#pod('ztunnel-1', 'istio-system', 'ztunnel', '10.0.0.20');
    this.#pod('eks-shell', 'default', 'shell', this.shell.ip);
    const uid = kube.get<KubeObject>(resources.pods, 'eks-shell', 'default')?.metadata.uid ?? '';
    this.node.run({ namespace: 'default', name: 'eks-shell', uid, network: this.shell });
    aws.aws.trusts.set(role, new Set(['ASIApod']));
    aws.callers.set('ASIApod', 'arn:aws:sts::111111111111:assumed-role/task/f00');
    const tags = { 'ecs.solo.io/namespace': 'ecs-1', 'ecs.solo.io/service-account': 'local' };
    const tasks = [{ id: 'f00', ip: this.task.ip, ztunnel: 'HEALTHY' as const }];
    aws.aws.cluster('111111111111', 'ecs-1', [{ name: 'echo-service', tags, ports: [{ containerPort: 8080 }], tasks }]);
  }

  #pod(name: string, namespace: string, serviceAccountName: string, podIP: string): void {
    const status = {
      phase: 'Running',
      podIP,
      podIPs: [{ ip: podIP }],
      conditions: [{ type: 'Ready', status: 'True' }],
    };
    this.kube.put(resources.pods, {
      metadata: { name, namespace },
      spec: { serviceAccountName, nodeName: this.node.name },
      status,
    });
  }

  async #relay(ip: string, port: number, to: number): Promise<void> {
    const from = this.network.workload(ip);
    await from.listen(port, (socket) => void dialLocal(to).then((far) => splice(socket, far)));
  }

  run(
    program: Program,
    network: TestWorkload,
    given: { env: Record<string, string>; files?: Record<string, string>; node?: NodeHost },
  ): Running {
    const stop = new AbortController();
    const log: string[] = [];
    let healthy = false;
    const context: ProgramContext = {
      argv: [],
      env: given.env,
      readFile: (path) => given.files?.[path],
      hostname: 'test',
      network,
      clock: systemClock,
      log: (line) => log.push(line),
      setHealthy: (now) => (healthy = now),
      signal: stop.signal,
      ...(given.node && { node: given.node }),
    };
    const exit = program(context);
    const end = () => {
      stop.abort();
      return exit;
    };
    this.#stack.defer(async () => void (await end()));
    return { network, log, healthy: () => healthy, stop: end };
  }

  readonly #inPod = {
    KUBERNETES_SERVICE_HOST: 'kube',
    KUBERNETES_SERVICE_PORT: '443',
    AWS_ENDPOINT_URL: 'http://aws.internal',
  };

  get rootPem(): string {
    return this.kube.get<ConfigMap>(resources.configMaps, 'istio-ca-root-cert', 'ecs-1')?.data?.['root-cert.pem'] ?? '';
  }

  async istiod(): Promise<Running> {
    const env = {
      ...this.#inPod,
      POD_NAMESPACE: 'istio-system',
      AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/v1/credentials',
      ECS_DISCOVERY_INTERVAL: '20ms',
    };
    const files = { [`${mounted}/ca.crt`]: this.kube.ca, [`${mounted}/token`]: 'token' };
    const running = this.run(pilot, this.network.workload('10.0.0.10'), { env, files });
    await vi.waitFor(() => expect(this.rootPem).toContain('BEGIN CERTIFICATE'), 10_000);
    return running;
  }

  cni(): Running {
    const files = { [`${mounted}/ca.crt`]: this.kube.ca, [`${mounted}/token`]: 'token' };
    const env = { ...this.#inPod, KUBERNETES_NODE_NAME: this.node.name };
    return this.run(installCni, this.network.workload('10.0.0.30'), { env, files, node: this.node });
  }

  nodeProxy(): Running {
    const env = {
      PROXY_MODE: 'shared',
      NETWORK: 'eks',
      POD_NAMESPACE: 'istio-system',
      SERVICE_ACCOUNT: 'ztunnel',
      NODE_NAME: this.node.name,
    };
    const files = { '/var/run/secrets/istio/root-cert.pem': this.rootPem, '/var/run/secrets/tokens/istio-token': 'zt' };
    return this.run(ztunnel, this.network.workload('10.0.0.20'), { env, files, node: this.node });
  }

  taskProxy(): Running {
    const token = encodeBootstrapToken({
      istiodAddress: 'istiod.istio-system.svc:15012',
      rootCertificate: this.rootPem,
      namespace: 'ecs-1',
      serviceAccount: 'local',
      network: 'eks',
      platform: 'ecs',
      clusterId: 'Kubernetes',
    });
    const env = {
      PROXY_MODE: 'dedicated',
      BOOTSTRAP_TOKEN: token,
      AWS_REGION: 'us-east-2',
      AWS_ENDPOINT_URL: 'http://aws.internal',
      AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v1/credentials',
    };
    return this.run(ztunnel, this.task, { env });
  }

  /** The mesh complete: the shell captured, the task enrolled, its service known. */
  async ready() {
    const istiod = await this.istiod();
    const [cni, node, task] = [this.cni(), this.nodeProxy(), this.taskProxy()];
    const echo = await echoApplication(this.task, 8080);
    const annotation = () =>
      this.kube.get<KubeObject>(resources.pods, 'eks-shell', 'default')?.metadata.annotations?.[
        'ambient.istio.io/redirection'
      ];
    await vi.waitFor(() => expect([task.healthy(), annotation()]).toEqual([true, 'enabled']), 10_000);
    await vi.waitFor(async () => expect(await ask(await this.shell.connect(echoName, 8080))).toEqual(answered), 10_000);
    return { istiod, cni, node, task, echo };
  }
}

async function ask(socket: Socket): Promise<Ending> {
  const end = ending(socket);
  socket.end('hello\n');
  return end;
}

async function get(network: TestWorkload, port: number, path: string): Promise<unknown> {
  const socket = await network.connect('127.0.0.1', port);
  const call = request({ path, createConnection: () => socket, headers: { host: 'x' } }).end();
  const [answer] = (await once(call, 'response')) as [import('node:http').IncomingMessage];
  return answer.headers['content-type'] === 'application/json'
    ? json(answer)
    : `${answer.statusCode} ${await text(answer)}`;
}

const recent = async (network: TestWorkload) => (await get(network, 15000, '/connections/recent')) as AccessRecord[];

async function socks(network: TestWorkload, host: string, port: number): Promise<Socket> {
  const socket = await network.connect('127.0.0.1', 15080);
  socket.write(
    Buffer.concat([
      Buffer.from([5, 1, 0, 5, 1, 0, 3, host.length]),
      Buffer.from(host),
      Buffer.from([port >> 8, port & 255]),
    ]),
  );
  let bytes = Buffer.alloc(0);
  while (bytes.length < 12) bytes = Buffer.concat([bytes, ((await once(socket, 'data')) as [Buffer])[0]]);
  expect([...bytes.subarray(0, 4)]).toEqual([5, 0, 5, 0]);
  return socket;
}

describe('ztunnel: with istiod, the node agent and a task', () => {
  test('pod to task: both identities proved, policy decides, the destination says which', async () => {
    const cluster = await Cluster.start();
    await cluster.ready();
    expect((await recent(cluster.task)).at(-1)).toMatchObject({
      direction: 'inbound',
      source: { workload: 'eks-shell', identity: 'spiffe://cluster.local/ns/default/sa/shell' },
      destination: { hboneAddress: '10.0.2.1:8080', identity: 'spiffe://cluster.local/ns/ecs-1/sa/local' },
      flag: '-',
    });
    const policy = { metadata: { name: 'deny-all', namespace: 'ecs-1' }, spec: {} };
    cluster.kube.put(resources.authorizationPolicies, policy);
    await vi.waitFor(async () => expect(await ask(await cluster.shell.connect(echoName, 8080))).toEqual(reset), 10_000);
    expect((await recent(cluster.task)).at(-1)).toMatchObject({
      error: 'connection closed due to policy rejection: allow policies exist, but none allowed',
      refusal: { policies: ['ecs-1/deny-all'] },
    });
    expect((await recent(cluster.network.workloads.get('10.0.0.20') as TestWorkload)).at(-1)).toMatchObject({
      direction: 'outbound',
      error: 'http status: 401 Unauthorized',
    });
  });

  test('task through SOCKS5: reaches the mesh by name, unknown names are refused', async () => {
    const cluster = await Cluster.start();
    await cluster.ready();
    expect(await ask(await socks(cluster.task, echoName, 8080))).toEqual(answered);
    const socket = await cluster.task.connect('127.0.0.1', 15080);
    socket.write(Buffer.from([5, 1, 0, 5, 1, 0, 3, 1, 0x78, 0, 80]));
    const end = ending(socket);
    expect(Buffer.from((await end).text).subarray(2, 4)).toEqual(Buffer.from([5, 4]));
    expect(cluster.task.redirect).toBeUndefined();
  });

  test('admin: configuration, readiness and metrics', async () => {
    const cluster = await Cluster.start();
    const { node } = await cluster.ready();
    const dump = (await get(node.network, 15000, '/config_dump')) as Record<string, Record<string, unknown>[]>;
    expect(dump['services']).toMatchObject([
      { hostname: echoName, vips: ['eks/240.240.0.1', 'eks/2001:2::1'], ports: { 8080: 8080 } },
    ]);
    expect(dump['workloads']?.map(({ protocol, workloadIps }) => [workloadIps, protocol])).toContainEqual([
      ['10.0.2.1'],
      'HBONE',
    ]);
    expect(dump['certificates']).toMatchObject([
      { identity: 'spiffe://cluster.local/ns/default/sa/shell', state: 'Available' },
    ]);
    expect(Object.values(dump['workloadState'] ?? {})).toMatchObject([{ state: 'Up', info: { name: 'eks-shell' } }]);
    expect(await get(node.network, 15021, '/healthz/ready')).toBe('200 ready\n');
    expect(await get(node.network, 15020, '/metrics')).toMatch(
      /istio_tcp_connections_opened_total\{reporter="source",source_workload="eks-shell",/,
    );
  });

  test('ztunnel of the node stops: captured pods have no way round it; a new one takes them over', async () => {
    const cluster = await Cluster.start();
    const { node, echo } = await cluster.ready();
    const before = echo.connections;
    expect(await node.stop()).toBe(0);
    await expect(cluster.shell.connect(echoName, 8080)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(echo.connections).toBe(before);
    cluster.nodeProxy();
    await vi.waitFor(
      async () => expect(await ask(await cluster.shell.connect(echoName, 8080))).toEqual(answered),
      10_000,
    );
  });

  test('a namespace that leaves the mesh: its pods are released', async () => {
    const cluster = await Cluster.start();
    await cluster.ready();
    cluster.kube.put(resources.namespaces, { metadata: { name: 'default', labels: {} } });
    const pod = () => cluster.kube.get<KubeObject>(resources.pods, 'eks-shell', 'default');
    await vi.waitFor(
      () => expect(pod()?.metadata.annotations?.['ambient.istio.io/redirection'] ?? null).toBeNull(),
      10_000,
    );
    expect(cluster.shell.redirect).toBeUndefined();
  });

  test.each([
    ['an unknown mode', { PROXY_MODE: 'both' }, 'PROXY_MODE must be shared or dedicated, not both'],
    ['dedicated without token', { PROXY_MODE: 'dedicated' }, 'ztunnel needs BOOTSTRAP_TOKEN'],
    ['shared without node', { PROXY_MODE: 'shared' }, 'PROXY_MODE=shared needs a node'],
  ])('%s: ends with 1 and says why', async (_, env, message) => {
    const cluster = await Cluster.start();
    const running = cluster.run(ztunnel, cluster.network.workload('10.0.0.99'), { env });
    await vi.waitFor(() => expect(running.log.join('\n')).toContain(message));
    expect(await running.stop()).toBe(1);
  });
});
