import { expect, test } from 'vitest';
import type { KubeObject, ObjectMeta } from '@meshbed/kube-client';
import {
  AppProtocol,
  LoadBalancing_Mode,
  NetworkMode,
  TunnelProtocol,
  WorkloadStatus,
  WorkloadType,
} from '../../proto/gen/istio/workload_pb.ts';
import type { EndpointSlice, Pod, Service, ServiceEntry, WorkloadEntry } from '../objects.ts';
import type { WdsService } from './services.ts';
import type { Snapshot } from './snapshot.ts';
import { translateAddresses } from './translate.ts';
import type { WdsWorkload } from './workloads.ts';

const meta = (name: string, change: Partial<ObjectMeta> = {}): ObjectMeta => ({ name, namespace: 'app', ...change });
const pod = (change: { metadata?: Partial<ObjectMeta>; spec?: object; status?: object } = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: meta('echo-6d-x', { labels: { app: 'echo' }, ...change.metadata }),
  spec: { nodeName: 'node-1', serviceAccountName: 'echo', ...change.spec },
  status: { phase: 'Running', podIP: '10.0.0.5', conditions: [{ type: 'Ready', status: 'True' }], ...change.status },
});
const service = (spec: Service['spec'], name = 'echo'): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: meta(name),
  spec,
});
const serviceEntry = (
  spec: Partial<ServiceEntry['spec']>,
  change: Partial<ObjectMeta> = {},
  status?: ServiceEntry['status'],
): ServiceEntry => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'ServiceEntry',
  metadata: meta('entry', change),
  spec: {
    hosts: ['echo.ecs.local'],
    resolution: 'STATIC',
    ports: [{ number: 80, name: 'http', protocol: 'HTTP', targetPort: 8080 }],
    ...spec,
  },
  ...(status ? { status } : {}),
});
const workloadEntry = (spec: Partial<WorkloadEntry['spec']> = {}, change: Partial<ObjectMeta> = {}): WorkloadEntry => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'WorkloadEntry',
  metadata: meta('task', change),
  spec: { address: '192.168.1.10', serviceAccount: 'sa', ...spec },
});

function translated(change: Partial<Snapshot>) {
  const empty: Snapshot = {
    clusterId: 'Kubernetes',
    network: 'eks',
    trustDomain: 'cluster.local',
    nodes: new Map(),
    pods: [],
    services: [],
    endpointSlices: [],
    serviceEntries: [],
    workloadEntries: [],
    gateways: [],
    policies: [],
  };
  const addresses = translateAddresses({ ...empty, ...change });
  const workload = (uid: string) => addresses.get(uid)?.type?.value as WdsWorkload | undefined;
  const serviceOf = (key: string) => addresses.get(key)?.type?.value as WdsService | undefined;
  return { addresses, workload, service: serviceOf };
}
const podUid = 'Kubernetes//Pod/app/echo-6d-x';
const entryUid = 'Kubernetes/networking.istio.io/WorkloadEntry/app/task';
const echoKey = 'app/echo.app.svc.cluster.local';
const hostKey = 'app/echo.ecs.local';

test('wds: a pod', () => {
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'echo-6d', uid: 'u', controller: true };
  const node: KubeObject = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'node-1', labels: { 'topology.kubernetes.io/region': 'r', 'topology.kubernetes.io/zone': 'ra' } },
  };
  const labels = { app: 'echo', version: 'v2', 'pod-template-hash': '6d' };
  const { workload } = translated({
    pods: [pod({ metadata: { labels, ownerReferences: [owner] } })],
    nodes: new Map([['node-1', node]]),
  });
  expect(workload(podUid)).toEqual({
    uid: podUid,
    name: 'echo-6d-x',
    namespace: 'app',
    addresses: [Uint8Array.of(10, 0, 0, 5)],
    clusterId: 'Kubernetes',
    network: 'eks',
    tunnelProtocol: TunnelProtocol.NONE,
    serviceAccount: 'echo',
    node: 'node-1',
    canonicalName: 'echo',
    canonicalRevision: 'v2',
    workloadName: 'echo',
    workloadType: WorkloadType.DEPLOYMENT,
    services: {},
    authorizationPolicies: [],
    status: WorkloadStatus.HEALTHY,
    networkMode: NetworkMode.STANDARD,
    locality: { region: 'r', zone: 'ra' },
  });
});

test.each([
  ['without an address', pod({ status: { podIP: undefined } })],
  ['that has ended', pod({ status: { phase: 'Succeeded' } })],
])('wds: no workload for a pod %s', (_, ended) => expect(translated({ pods: [ended] }).addresses.size).toBe(0));

test.each([
  ['not ready', pod({ status: { conditions: [] } }), { status: WorkloadStatus.UNHEALTHY }],
  ['on the host network', pod({ spec: { hostNetwork: true } }), { networkMode: NetworkMode.HOST_NETWORK }],
  ['of another network', pod({ metadata: { labels: { 'topology.istio.io/network': 'n2' } } }), { network: 'n2' }],
  ['without a service account', pod({ spec: { serviceAccountName: undefined } }), { serviceAccount: 'default' }],
])('wds: a pod %s', (_, changed, expected) =>
  expect(translated({ pods: [changed] }).workload(podUid)).toMatchObject(expected),
);

test('wds: another trust domain is told, the default one is not', () => {
  expect(translated({ pods: [pod()], trustDomain: 'td' }).workload(podUid)?.trustDomain).toBe('td');
  expect(translated({ pods: [pod()] }).workload(podUid)?.trustDomain).toBeUndefined();
});

const enrolled = { annotations: { 'ambient.istio.io/redirection': 'enabled' } };
test.each([
  ['nothing', {}, TunnelProtocol.NONE],
  ['annotation enabled', enrolled, TunnelProtocol.HBONE],
  ['annotation pending', { annotations: { 'ambient.istio.io/redirection': 'pending' } }, TunnelProtocol.NONE],
  ['label tunnel=http', { labels: { 'networking.istio.io/tunnel': 'http' } }, TunnelProtocol.HBONE],
  ['label tunnel=a,http', { labels: { 'networking.istio.io/tunnel': 'a,http' } }, TunnelProtocol.HBONE],
  ['label dataplane-mode=ambient alone', { labels: { 'istio.io/dataplane-mode': 'ambient' } }, TunnelProtocol.NONE],
])('wds: tunnel protocol with %s', (_, change, tunnelProtocol) => {
  expect(translated({ pods: [pod({ metadata: change })] }).workload(podUid)?.tunnelProtocol).toBe(tunnelProtocol);
  expect(translated({ workloadEntries: [workloadEntry({}, change)] }).workload(entryUid)?.tunnelProtocol).toBe(
    tunnelProtocol,
  );
});

test('wds: a service and the endpoints that it selects', () => {
  const ports = [
    { name: 'http', port: 80, targetPort: 8080 },
    { name: 'named', port: 81, targetPort: 'web' },
    { name: 'dns', port: 53, protocol: 'UDP' },
  ];
  const containers = [{ name: 'c', ports: [{ name: 'web', containerPort: 9000 }] }];
  const it = translated({
    services: [service({ clusterIP: '10.100.0.9', selector: { app: 'echo' }, ports })],
    pods: [pod({ spec: { containers } })],
  });
  expect(it.service(echoKey)).toEqual({
    name: 'echo',
    namespace: 'app',
    hostname: 'echo.app.svc.cluster.local',
    addresses: [{ network: 'eks', address: Uint8Array.of(10, 100, 0, 9) }],
    ports: [
      { servicePort: 80, targetPort: 8080, appProtocol: AppProtocol.HTTP11 },
      { servicePort: 81, targetPort: 0, appProtocol: AppProtocol.UNKNOWN },
    ],
    canonical: true,
  });
  expect(it.workload(podUid)?.services).toEqual({
    [echoKey]: {
      ports: [
        { servicePort: 80, targetPort: 8080, appProtocol: AppProtocol.HTTP11 },
        { servicePort: 81, targetPort: 9000, appProtocol: AppProtocol.UNKNOWN },
      ],
    },
  });
});

test('wds: an endpoint that lacks a named target port is none for that port', () => {
  const ports = [{ name: 'named', port: 81, targetPort: 'web' }];
  const it = translated({ services: [service({ selector: { app: 'echo' }, ports })], pods: [pod()] });
  expect(it.workload(podUid)?.services).toEqual({ [echoKey]: { ports: [] } });
});

test.each([
  ['no selector', undefined],
  ['an empty selector', {}],
  ['other labels', { app: 'other' }],
])('wds: a service with %s selects nothing', (_, selector) => {
  const it = translated({ services: [service({ ...(selector ? { selector } : {}), ports: [] })], pods: [pod()] });
  expect(it.workload(podUid)?.services).toEqual({});
});

test('wds: a headless service has no address', () => {
  expect(translated({ services: [service({ clusterIP: 'None' })] }).service(echoKey)?.addresses).toEqual([]);
});

test('wds: an ECS service: VIPs from the status, endpoints by labels in the same namespace, target port', () => {
  const labels = { 'ecs.solo.io/hostname': 'echo.ecs.local' };
  const addresses = [
    { value: '240.240.0.1', host: 'echo.ecs.local' },
    { value: '2001:2::1', host: 'echo.ecs.local' },
    { value: '240.240.0.2', host: 'other' },
  ];
  const elsewhere = workloadEntry({ labels }, { name: 'elsewhere', namespace: 'other' });
  const it = translated({
    serviceEntries: [serviceEntry({ workloadSelector: { labels } }, {}, { addresses })],
    workloadEntries: [workloadEntry({ labels, locality: 'r/z' }, enrolled), elsewhere],
  });
  expect(it.service(hostKey)?.addresses?.map(({ address }) => address?.length)).toEqual([4, 16]);
  expect(it.workload(entryUid)).toMatchObject({
    addresses: [Uint8Array.of(192, 168, 1, 10)],
    serviceAccount: 'sa',
    tunnelProtocol: TunnelProtocol.HBONE,
    locality: { region: 'r', zone: 'z' },
    services: { [hostKey]: { ports: [{ servicePort: 80, targetPort: 8080 }] } },
    status: WorkloadStatus.HEALTHY,
    workloadType: WorkloadType.POD,
  });
  expect(it.workload('Kubernetes/networking.istio.io/WorkloadEntry/other/elsewhere')?.services).toEqual({});
});

test.each([
  [
    'its ports beat the target port',
    { ports: { http: 9999 } },
    { services: { [hostKey]: { ports: [{ targetPort: 9999 }] } } },
  ],
  ['its weight is its capacity', { weight: 3 }, { capacity: 3 }],
  ['its network', { network: 'n2' }, { network: 'n2' }],
  ['a name for an address', { address: 'db.example' }, { hostname: 'db.example' }],
  ['no service account', { serviceAccount: undefined as never }, { serviceAccount: '' }],
])('wds: a workload entry: %s', (_, spec, expected) => {
  const labels = { a: 'b' };
  const it = translated({
    serviceEntries: [serviceEntry({ workloadSelector: { labels } })],
    workloadEntries: [workloadEntry({ labels, ...spec })],
  });
  expect(it.workload(entryUid)).toMatchObject(expected);
});

test('wds: services select workload entries, service entries select pods', () => {
  const it = translated({
    services: [service({ selector: { app: 'echo' }, ports: [{ port: 80 }] })],
    serviceEntries: [serviceEntry({ workloadSelector: { labels: { app: 'echo' } } })],
    pods: [pod()],
    workloadEntries: [workloadEntry({ labels: { app: 'echo' } })],
  });
  for (const uid of [podUid, entryUid])
    expect(Object.keys(it.workload(uid)?.services ?? {})).toEqual([echoKey, hostKey]);
});

test('wds: of one host in a namespace the older entry counts; a service of Kubernetes before any', () => {
  const at = (creationTimestamp: string, name: string) => ({ creationTimestamp, name });
  const host = 'echo.app.svc.cluster.local';
  const entries = [
    serviceEntry({}, at('2026-01-02', 'young')),
    serviceEntry({}, at('2026-01-01', 'old')),
    serviceEntry({ hosts: [host] }, at('2026-01-01', 'shadow')),
  ];
  const it = translated({ serviceEntries: entries, services: [service({})] });
  expect(it.service(hostKey)?.name).toBe('old');
  expect(it.service(echoKey)?.name).toBe('echo');
});

test('wds: only the first of one host over namespaces is canonical', () => {
  const entries = [
    serviceEntry({}, { creationTimestamp: '1' }),
    serviceEntry({}, { creationTimestamp: '2', namespace: 'b' }),
  ];
  const it = translated({ serviceEntries: entries });
  expect([it.service(hostKey)?.canonical, it.service('b/echo.ecs.local')?.canonical]).toEqual([true, false]);
});

test('wds: resolution NONE passes through; DNS without endpoints is one workload with the host name', () => {
  const none = translated({ serviceEntries: [serviceEntry({ resolution: 'NONE', addresses: ['10.9.0.0/16'] })] });
  expect(none.service(hostKey)).toMatchObject({
    addresses: [{ length: 16 }],
    loadBalancing: { mode: LoadBalancing_Mode.PASSTHROUGH },
  });
  const dns = translated({ serviceEntries: [serviceEntry({ resolution: 'DNS' })] });
  expect(dns.workload('Kubernetes/networking.istio.io/ServiceEntry/app/entry/echo.ecs.local')).toMatchObject({
    hostname: 'echo.ecs.local',
    services: { [hostKey]: { ports: [{ servicePort: 80, targetPort: 8080 }] } },
  });
});

test('wds: inline endpoints take labels and tunnel from the entry', () => {
  const it = translated({
    serviceEntries: [serviceEntry({ endpoints: [{ address: '10.9.0.1', ports: { http: 81 } }] }, enrolled)],
  });
  expect(it.workload('Kubernetes/networking.istio.io/ServiceEntry/app/entry/10.9.0.1')).toMatchObject({
    tunnelProtocol: TunnelProtocol.HBONE,
    services: { [hostKey]: { ports: [{ targetPort: 81 }] } },
  });
});

test('wds: endpoints without a pod, as those of the API server', () => {
  const slice: EndpointSlice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: meta('echo-1', { labels: { 'kubernetes.io/service-name': 'echo' } }),
    addressType: 'IPv4',
    ports: [{ name: 'https', port: 6443 }],
    endpoints: [{ addresses: ['10.1.0.1'] }, { addresses: ['10.1.0.2'], targetRef: { kind: 'Pod', name: 'x' } }],
  };
  const it = translated({ services: [service({ ports: [{ name: 'https', port: 443 }] })], endpointSlices: [slice] });
  expect(it.workload('Kubernetes/discovery.k8s.io/EndpointSlice/app/echo-1/10.1.0.1')).toMatchObject({
    networkMode: NetworkMode.HOST_NETWORK,
    services: { [echoKey]: { ports: [{ servicePort: 443, targetPort: 6443 }] } },
  });
  expect(it.addresses.size).toBe(2);
});

test('wds: a workload lists the policies that apply to it, in order', () => {
  const policies = [
    { key: 'app/b', appliesTo: (namespace: string) => namespace === 'app' },
    { key: 'app/a', appliesTo: (_: string, labels: Record<string, string>) => labels['app'] === 'echo' },
    { key: 'app/c', appliesTo: () => false },
  ];
  expect(translated({ pods: [pod()], policies }).workload(podUid)?.authorizationPolicies).toEqual(['app/a', 'app/b']);
});
