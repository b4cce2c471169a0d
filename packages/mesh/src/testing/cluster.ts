import { type NodeHost, type Program, type ProgramContext, ready, systemClock, until, waiting } from '@meshbed/core';
import { splice } from '@meshbed/hbone';
import { type Ending, ending } from '@meshbed/hbone/testing';
import { once } from 'node:events';
import { request } from '@meshbed/core/http';
import type { Socket } from 'node:net';
import { json, text } from 'node:stream/consumers';
import { encodeBootstrapToken } from '../bootstrap.ts';
import { installCni } from '../cni/index.ts';
import { eastWestGateway } from '../gateway/index.ts';
import { redirectionAnnotation } from '../cni/membership.ts';
import type { ConfigMap } from '../istiod/objects.ts';
import { pilot } from '../istiod/pilot.ts';
import { type KubeObject, resources } from '@meshbed/kube-client';
import type { AccessRecord } from '../ztunnel/access-log/index.ts';
import { ztunnel } from '../ztunnel/index.ts';
import { type AwsEndpoint, awsEndpoint } from './aws-endpoint.ts';
import { FakeKube } from '@meshbed/kube-client/testing';
import { dialLocal } from './loopback.ts';
import { echoApplication } from './mesh-world.ts';
import { TestNetwork, type TestWorkload } from './network.ts';
import { TestNode } from './node.ts';

/** Waits up to 10 s of real time, as real sockets are behind it. */
async function comesTrue(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const progress = async () => ((await condition()) ? ready(true) : waiting('not yet'));
  await until(progress, { clock: systemClock, what, timeoutMs: 10_000, retryOn: () => true });
}

export interface ReadyCluster {
  istiod: Running;
  cni: Running;
  node: Running;
  gateway: Running;
  task: Running;
  echo: { connections: number };
}

const mounted = '/var/run/secrets/kubernetes.io/serviceaccount';
export const echoName = 'echo-service.ecs-1.ecs.local';
export const answered: Ending = { how: 'end', text: 'hello\n' };
export const reset: Ending = { how: 'reset', text: '' };

export interface Running {
  network: TestWorkload;
  log: string[];
  healthy: () => boolean;
  stop: () => Promise<number>;
}

/** A cluster with one node and a shell pod, an ECS cluster with one enrolled task, and the mesh's real programs. */
export class Cluster implements AsyncDisposable {
  readonly network: TestNetwork = new TestNetwork();
  readonly node: TestNode = new TestNode('node-1');
  readonly kube: FakeKube;
  readonly aws: AwsEndpoint;
  readonly shell: TestWorkload;
  readonly task: TestWorkload;
  readonly #stack = new AsyncDisposableStack();

  static async start(): Promise<Cluster> {
    const cluster = new Cluster(await FakeKube.start(), await awsEndpoint());
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
    this.network.names.set('gateway.example', ['10.0.0.40']);
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
      ['gw', 'istio-eastwest/eastwest'],
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
    await comesTrue('the root certificate', () => this.rootPem.includes('BEGIN CERTIFICATE'));
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

  gateway(): Running {
    const env = { NETWORK: 'eks', POD_NAMESPACE: 'istio-eastwest', SERVICE_ACCOUNT: 'eastwest' };
    const files = { '/var/run/secrets/istio/root-cert.pem': this.rootPem, '/var/run/secrets/tokens/istio-token': 'gw' };
    return this.run(eastWestGateway, this.network.workload('10.0.0.40'), { env, files });
  }

  /** Of a task, which reaches istiod through the gateway. */
  taskProxy(): Running {
    const token = encodeBootstrapToken({
      istiodAddress: 'gateway.example:15012',
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

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }

  /** The mesh complete: the shell captured, the task enrolled, its service known. */
  async ready(): Promise<ReadyCluster> {
    const istiod = await this.istiod();
    const [cni, node, gateway, task] = [this.cni(), this.nodeProxy(), this.gateway(), this.taskProxy()];
    const echo = await echoApplication(this.task, 8080);
    const annotated = () =>
      this.kube.get<KubeObject>(resources.pods, 'eks-shell', 'default')?.metadata.annotations?.[
        redirectionAnnotation
      ] === 'enabled';
    await comesTrue(
      'the task is healthy and the pod is captured',
      () => task.healthy() && gateway.healthy() && annotated(),
    );
    await comesTrue(
      'the pod reaches the task',
      async () => (await ask(await this.shell.connect(echoName, 8080))).how === 'end',
    );
    return { istiod, cni, node, gateway, task, echo };
  }
}

export async function ask(socket: Socket): Promise<Ending> {
  const end = ending(socket);
  socket.end('hello\n');
  return end;
}

export async function get(network: TestWorkload, port: number, path: string): Promise<unknown> {
  const socket = await network.connect('127.0.0.1', port);
  const call = request({ path, createConnection: () => socket, headers: { host: 'x' } }).end();
  const [answer] = (await once(call, 'response')) as [import('node:http').IncomingMessage];
  return answer.headers['content-type'] === 'application/json'
    ? json(answer)
    : `${answer.statusCode} ${await text(answer)}`;
}

export const recent = async (network: TestWorkload): Promise<AccessRecord[]> =>
  (await get(network, 15000, '/connections/recent')) as AccessRecord[];

export async function socks(network: TestWorkload, host: string, port: number): Promise<Socket> {
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
  if (bytes.toString('hex', 0, 4) !== '05000500') throw new Error(`SOCKS5 answered ${bytes.toString('hex')}`);
  return socket;
}
