import { expect, test } from 'vitest';
import type { KubeObject } from '@meshbed/kube-client';
import { addressBytes } from '../addresses/bytes.ts';
import type { Gateway, Pod, Service, ServiceEntry, WorkloadEntry } from '../objects.ts';
import type { Snapshot } from '../wds/snapshot.ts';
import { addressMessages } from '../wds/translate.ts';
import { RemoteAddresses } from './addresses.ts';
import { merge } from './merge.ts';

const global = { 'istio.io/global': 'true' };
const key = 'app-a/echo.app-a.svc.cluster.local';
const coalesced =
  'network2/SplitHorizonWorkload/istio-eastwest/istio-eastwest/203.0.113.7/app-a/echo.app-a.svc.cluster.local';

const service = (labels: Record<string, string> = global): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'echo', namespace: 'app-a', labels },
  spec: { clusterIP: '10.0.0.9', selector: { app: 'echo' }, ports: [{ name: 'http', port: 8080, targetPort: 'web' }] },
});
const pod = (name: string, change: { enrolled?: boolean; ready?: boolean } = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    namespace: 'app-a',
    labels: { app: 'echo' },
    annotations: change.enrolled === false ? {} : { 'ambient.istio.io/redirection': 'enabled' },
  },
  spec: { serviceAccountName: 'echo', containers: [{ name: 'c', ports: [{ name: 'web', containerPort: 80 }] }] },
  status: {
    phase: 'Running',
    podIP: `10.2.0.${name.length}`,
    conditions: [{ type: 'Ready', status: change.ready === false ? 'False' : 'True' }],
  },
});
const gateway = (change: { address?: string | undefined; network?: string; class?: string } = {}): Gateway => {
  const {
    address,
    network = 'network2',
    class: gatewayClassName = 'istio-eastwest',
  } = { address: '203.0.113.7', ...change };
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: {
      name: 'istio-eastwest',
      namespace: 'istio-eastwest',
      labels: { 'topology.istio.io/network': network },
    },
    spec: { gatewayClassName, listeners: [{ name: 'cross-network', port: 15_008, protocol: 'TLS' }] },
    status: { addresses: address === undefined ? [] : [{ type: 'IPAddress', value: address }] },
  };
};
const snapshot = (change: Partial<Snapshot>): Snapshot => ({
  clusterId: 'eks-cluster',
  network: 'network1',
  trustDomain: 'cluster.local',
  nodes: new Map<string, KubeObject>(),
  pods: [],
  services: [],
  endpointSlices: [],
  serviceEntries: [],
  workloadEntries: [],
  gateways: [],
  policies: [],
  ...change,
});
const aks = (change: Partial<Snapshot> = {}) =>
  snapshot({
    clusterId: 'aks-cluster',
    network: 'network2',
    services: [service()],
    pods: [pod('echo-1'), pod('echo-12')],
    gateways: [gateway()],
    ...change,
  });

function merged(local: Partial<Snapshot>, ...remotes: Snapshot[]) {
  const result = merge({ local: snapshot(local), remotes, addresses: new RemoteAddresses() });
  return { messages: addressMessages(result), problems: result.problems };
}
const valueOf = (messages: ReturnType<typeof merged>['messages'], name: string) => messages.get(name)?.type?.value;

test('merge: a global service of another network is one endpoint behind its gateway, with an address here', () => {
  const { messages, problems } = merged({}, aks());
  expect(problems).toEqual([]);
  expect([...messages.keys()].toSorted()).toEqual(
    ['NetworkGateway/network2/203.0.113.7/15008', key, coalesced].toSorted(),
  );
  expect(valueOf(messages, key)).toMatchObject({
    addresses: new RemoteAddresses().of(key).map((ip) => ({ network: 'network1', address: addressBytes(ip) })),
    subjectAltNames: ['spiffe://cluster.local/ns/app-a/sa/echo'],
  });
  expect(valueOf(messages, coalesced)).toMatchObject({
    network: 'network2',
    capacity: 2,
    networkGateway: {
      destination: { case: 'address', value: { network: 'network2', address: Uint8Array.of(203, 0, 113, 7) } },
      hboneMtlsPort: 15_008,
    },
    services: { [key]: { ports: [{ servicePort: 8080, targetPort: 8080 }] } },
  });
  expect(valueOf(messages, 'NetworkGateway/network2/203.0.113.7/15008')).toMatchObject({
    namespace: 'istio-eastwest',
    serviceAccount: 'istio-eastwest',
    network: 'network2',
  });
});

test('merge: a gateway with a name is referred to by it', () => {
  const { messages } = merged({}, aks({ gateways: [gateway({ address: 'lb.example' })] }));
  expect(valueOf(messages, 'NetworkGateway/network2/lb.example/15008')).toMatchObject({ hostname: 'lb.example' });
  expect(valueOf(messages, coalesced.replace('203.0.113.7', 'lb.example'))).toMatchObject({
    networkGateway: {
      destination: { case: 'hostname', value: { namespace: 'istio-eastwest', hostname: 'lb.example' } },
    },
  });
});

test('merge: a service of the same name and namespace here has the endpoints of both, and keeps its address', () => {
  const { messages } = merged({ services: [service()], pods: [pod('echo-1')] }, aks());
  expect(valueOf(messages, key)).toMatchObject({ addresses: [{ address: Uint8Array.of(10, 0, 0, 9) }] });
  expect([...messages.keys()]).toEqual(expect.arrayContaining(['eks-cluster//Pod/app-a/echo-1', coalesced]));
});

test('merge: endpoints of the same network are reached without a gateway', () => {
  const { messages } = merged({ network: 'network2' }, aks());
  expect([...messages.keys()].toSorted()).toEqual(
    [key, 'aks-cluster//Pod/app-a/echo-1', 'aks-cluster//Pod/app-a/echo-12'].toSorted(),
  );
});

test('merge: a gateway that is declared here goes before the one of the other cluster', () => {
  const own = gateway({ class: 'istio-remote', address: '198.51.100.1' });
  const { messages } = merged({ gateways: [own] }, aks());
  expect(valueOf(messages, 'NetworkGateway/network2/198.51.100.1/15008')).toMatchObject({
    serviceAccount: 'istio-eastwest-istio-remote',
  });
});

test('merge: entries of ECS are endpoints like pods, also by the label of this distribution', () => {
  const labels = { 'ecs.solo.io/hostname': 'echo.ecs.local', 'solo.io/service-scope': 'global' };
  const entry: ServiceEntry = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'ServiceEntry',
    metadata: { name: 'ecs-service-echo', namespace: 'ecs-1', labels },
    spec: {
      hosts: ['echo.ecs.local'],
      resolution: 'STATIC',
      ports: [{ number: 8080, name: 'http' }],
      workloadSelector: { labels: { 'ecs.solo.io/hostname': 'echo.ecs.local' } },
    },
    status: { addresses: [{ value: '240.240.0.1', host: 'echo.ecs.local' }] },
  };
  const task: WorkloadEntry = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'WorkloadEntry',
    metadata: { name: 'task', namespace: 'ecs-1', labels, annotations: { 'ambient.istio.io/redirection': 'enabled' } },
    spec: { address: '192.168.0.5', serviceAccount: 'ecs-demo-sa-local' },
  };
  const eks = snapshot({
    serviceEntries: [entry],
    workloadEntries: [task],
    gateways: [gateway({ network: 'network1' })],
  });
  const { messages } = merged({ clusterId: 'aks-cluster', network: 'network2' }, eks);
  expect(valueOf(messages, 'ecs-1/echo.ecs.local')).toMatchObject({
    subjectAltNames: ['spiffe://cluster.local/ns/ecs-1/sa/ecs-demo-sa-local'],
  });
});

const left: [string, Partial<Snapshot>, Snapshot, string[]][] = [
  ['a service that is not global', {}, aks({ services: [service({})] }), []],
  [
    'a service that is global only there',
    { services: [service({})] },
    aks(),
    [`service ${key} is global in aks-cluster, but not here: its endpoints there are left out`],
  ],
  [
    'a gateway without an address',
    {},
    aks({ gateways: [gateway({ address: undefined })] }),
    ['gateway istio-eastwest/istio-eastwest of cluster aks-cluster, network network2, has no address yet'],
  ],
  [
    'a cluster without a network',
    {},
    aks({ network: '' }),
    [
      'cluster aks-cluster does not say which network it is (label topology.istio.io/network of its system namespace): its endpoints are left out',
    ],
  ],
  [
    'a network without a gateway',
    {},
    aks({ gateways: [] }),
    ['network network2 has no east-west gateway (label topology.istio.io/network=network2)'],
  ],
  [
    'endpoints that are not in the mesh, or not ready',
    {},
    aks({ pods: [pod('e', { enrolled: false }), pod('ee', { ready: false })] }),
    [],
  ],
];
test.each(left)('merge: %s is left out', (_, local, remote, problems) => {
  const result = merged(local, remote);
  expect([...result.messages.keys()].filter((name) => name !== key)).toEqual([]);
  expect(result.problems).toEqual(problems);
});

test('addresses of other clusters: stay, differ, and are the same after a restart', () => {
  const [one, two] = [new RemoteAddresses(), new RemoteAddresses()];
  const given = ['a/x', 'b/y', 'c/z'].map((name) => one.of(name));
  expect(new Set(given.flat()).size).toBe(6);
  expect(one.of('b/y')).toEqual(given[1]);
  expect(two.of('c/z')).toEqual(given[2]);
});
