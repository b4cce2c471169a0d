/** Pods, workload entries and bare endpoints as WDS workloads. */
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { KubeObject } from '@meshbed/kube-client';
import {
  NetworkMode,
  TunnelProtocol,
  type WorkloadSchema,
  WorkloadStatus,
  WorkloadType,
} from '../../proto/gen/istio/workload_pb.ts';
import { addressBytes, isAddress } from '../addresses/bytes.ts';
import type { EndpointSlice, Pod, ServiceEntry, WorkloadEntry } from '../objects.ts';
import { type Member, policiesOf, portsOf, servicesOf } from './membership.ts';
import { portMessage, type ServiceSource } from './services.ts';
import { type Labels, namespaceOf, type Snapshot } from './snapshot.ts';

export type WdsWorkload = MessageInitShape<typeof WorkloadSchema> & { uid: string };

const redirectionAnnotation = 'ambient.istio.io/redirection';
const tunnelLabel = 'networking.istio.io/tunnel';
const networkLabel = 'topology.istio.io/network';

/**
 * HBONE when the node agent has enrolled the object (annotation), or when its proxy speaks it by itself (label). The label
 * `istio.io/dataplane-mode` is only an intention.
 */
export function tunnelOf(
  { metadata }: KubeObject,
  labels: Labels,
): Pick<WdsWorkload, 'tunnelProtocol' | 'nativeTunnel'> {
  const native = (labels[tunnelLabel] ?? '').split(',').includes('http');
  const enrolled = metadata.annotations?.[redirectionAnnotation] === 'enabled';
  if (native) return { tunnelProtocol: TunnelProtocol.HBONE, nativeTunnel: true };
  return { tunnelProtocol: enrolled ? TunnelProtocol.HBONE : TunnelProtocol.NONE };
}

const canonicalOf = (labels: Labels, workloadName: string) => ({
  canonicalName:
    labels['service.istio.io/canonical-name'] ?? labels['app.kubernetes.io/name'] ?? labels['app'] ?? workloadName,
  canonicalRevision:
    labels['service.istio.io/canonical-revision'] ??
    labels['app.kubernetes.io/version'] ??
    labels['version'] ??
    'latest',
});

/** What all kinds have in common. */
const commonOf = ({ clusterId, trustDomain, network }: Snapshot, labels: Labels) => ({
  clusterId,
  network: labels[networkLabel] ?? network,
  // ztunnel's default; istiod leaves it out, too
  ...(trustDomain === 'cluster.local' ? {} : { trustDomain }),
});

const finished = new Set(['Succeeded', 'Failed']);

/** Undefined for a pod without an address, and for one that has ended. */
export function podWorkload(pod: Pod, snapshot: Snapshot, sources: readonly ServiceSource[]): WdsWorkload | undefined {
  const { metadata, spec, status = {} } = pod;
  const ips = (status.podIPs?.map(({ ip }) => ip) ?? [status.podIP]).filter(isAddress);
  if (ips.length === 0 || finished.has(status.phase ?? '')) return undefined;
  const labels = metadata.labels ?? {};
  const namespace = namespaceOf(pod);
  const owner = ownerOf(pod);
  const member: Member = { namespace, labels, kind: 'pod', ports: {}, namedPorts: containerPorts(pod) };
  const ready = status.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
  return {
    uid: `${snapshot.clusterId}//Pod/${namespace}/${metadata.name}`,
    name: metadata.name,
    namespace,
    addresses: ips.map(addressBytes),
    ...commonOf(snapshot, labels),
    ...tunnelOf(pod, labels),
    serviceAccount: spec.serviceAccountName ?? 'default',
    node: spec.nodeName ?? '',
    ...canonicalOf(labels, owner.workloadName),
    ...owner,
    services: servicesOf(member, sources),
    authorizationPolicies: policiesOf(member, snapshot),
    status: ready ? WorkloadStatus.HEALTHY : WorkloadStatus.UNHEALTHY,
    networkMode: spec.hostNetwork ? NetworkMode.HOST_NETWORK : NetworkMode.STANDARD,
    ...localityOfNode(snapshot.nodes.get(spec.nodeName ?? '')),
  };
}

const ownerTypes: Readonly<Record<string, WorkloadType>> = {
  ReplicaSet: WorkloadType.DEPLOYMENT,
  Job: WorkloadType.JOB,
  CronJob: WorkloadType.CRONJOB,
};

/** A deployment's name is its replica set's without the template hash. */
function ownerOf({ metadata }: Pod): { workloadName: string; workloadType: WorkloadType } {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller);
  if (!owner) return { workloadName: metadata.name, workloadType: WorkloadType.POD };
  const hash = metadata.labels?.['pod-template-hash'];
  const name =
    hash !== undefined && owner.name.endsWith(`-${hash}`) ? owner.name.slice(0, -hash.length - 1) : owner.name;
  return { workloadName: name, workloadType: ownerTypes[owner.kind] ?? WorkloadType.POD };
}

const containerPorts = ({ spec: { containers = [] } }: Pod): Record<string, number> =>
  Object.fromEntries(
    containers.flatMap(({ ports = [] }) =>
      ports.flatMap(({ name, containerPort }) => (name === undefined ? [] : [[name, containerPort] as const])),
    ),
  );

function localityOfNode(node: KubeObject | undefined): Pick<WdsWorkload, 'locality'> {
  const labels = node?.metadata.labels ?? {};
  const region = labels['topology.kubernetes.io/region'];
  return region === undefined ? {} : { locality: { region, zone: labels['topology.kubernetes.io/zone'] ?? '' } };
}

/** `region/zone/subzone` */
function localityOf(text: string | undefined): Pick<WdsWorkload, 'locality'> {
  if (text === undefined || text === '') return {};
  const [region = '', zone = '', subzone = ''] = text.split('/');
  return { locality: { region, zone, subzone } };
}

export function entryWorkload(
  entry: WorkloadEntry,
  snapshot: Snapshot,
  sources: readonly ServiceSource[],
): WdsWorkload {
  const { metadata, spec } = entry;
  const namespace = namespaceOf(entry);
  const labels = { ...spec.labels, ...metadata.labels };
  const member: Member = { namespace, labels, kind: 'workload-entry', ports: spec.ports ?? {}, namedPorts: {} };
  return {
    ...entrySpec(spec, labels, snapshot),
    uid: `${snapshot.clusterId}/networking.istio.io/WorkloadEntry/${namespace}/${metadata.name}`,
    name: metadata.name,
    namespace,
    ...tunnelOf(entry, labels),
    ...workloadNames(labels, metadata.name),
    services: servicesOf(member, sources),
    authorizationPolicies: policiesOf(member, snapshot),
  };
}

function entrySpec(spec: WorkloadEntry['spec'], labels: Labels, snapshot: Snapshot) {
  const { address, network, weight = 0, serviceAccount = '', locality } = spec;
  return {
    ...commonOf(snapshot, labels),
    ...(network === undefined || network === '' ? {} : { network }),
    ...(isAddress(address) ? { addresses: [addressBytes(address)] } : { hostname: address ?? '' }),
    ...(weight > 0 ? { capacity: weight } : {}),
    serviceAccount,
    workloadType: WorkloadType.POD,
    status: WorkloadStatus.HEALTHY,
    ...localityOf(locality),
  };
}

function workloadNames(labels: Labels, name: string) {
  const workloadName = labels['service.istio.io/workload-name'] ?? name;
  return { workloadName, ...canonicalOf(labels, workloadName) };
}

/** Inline endpoints of a service entry, and the host itself when DNS is to resolve it. */
export function inlineWorkloads(sources: readonly ServiceSource[], snapshot: Snapshot): WdsWorkload[] {
  const byEntry = Map.groupBy(sources.filter(isServiceEntry), ({ origin }) => origin);
  return [...byEntry].flatMap(([entry, ofEntry]) => {
    const { endpoints = [], resolution, workloadSelector, hosts } = entry.spec;
    const byName = (resolution ?? '').includes('DNS') && endpoints.length === 0 && !workloadSelector;
    if (!byName) return endpoints.map((endpoint) => inlineWorkload(endpoint, entry, ofEntry, snapshot));
    return hosts.map((host) =>
      inlineWorkload(
        { address: host },
        entry,
        ofEntry.filter(({ message }) => message.hostname === host),
        snapshot,
      ),
    );
  });
}

type EntrySource = ServiceSource & { origin: ServiceEntry };
const isServiceEntry = (source: ServiceSource): source is EntrySource => source.origin.kind === 'ServiceEntry';

function inlineWorkload(
  endpoint: WorkloadEntry['spec'],
  entry: ServiceEntry,
  sources: readonly EntrySource[],
  snapshot: Snapshot,
): WdsWorkload {
  const namespace = namespaceOf(entry);
  const { name, labels = {} } = entry.metadata;
  const ports = { ports: endpoint.ports ?? {}, namedPorts: {} };
  return {
    ...entrySpec(endpoint, labels, snapshot),
    uid: `${snapshot.clusterId}/networking.istio.io/ServiceEntry/${namespace}/${name}/${endpoint.address}`,
    name,
    namespace,
    ...tunnelOf(entry, labels),
    ...workloadNames(labels, name),
    services: Object.fromEntries(sources.map((source) => [source.key, portsOf(source.ports, ports)])),
    authorizationPolicies: policiesOf({ namespace, labels }, snapshot),
  };
}

/** Endpoints without a pod behind them, such as the API server's. */
export function sliceWorkloads(
  slice: EndpointSlice,
  snapshot: Snapshot,
  sources: readonly ServiceSource[],
): WdsWorkload[] {
  const namespace = namespaceOf(slice);
  const service = slice.metadata.labels?.['kubernetes.io/service-name'];
  const source = sources.find(
    ({ origin }) => origin.kind === 'Service' && namespaceOf(origin) === namespace && origin.metadata.name === service,
  );
  const overrides = Object.fromEntries((slice.ports ?? []).map(({ name = '', port }) => [name, port]));
  if (!source) return [];
  const ports = source.ports.map((port) =>
    portMessage({ ...port, targetPort: overrides[port.name] ?? port.targetPort }),
  );
  const bare = (slice.endpoints ?? []).filter(({ targetRef }) => targetRef?.kind !== 'Pod');
  return bare.flatMap(({ addresses, conditions }) =>
    addresses.filter(isAddress).map((ip) => ({
      uid: `${snapshot.clusterId}/discovery.k8s.io/EndpointSlice/${namespace}/${slice.metadata.name}/${ip}`,
      name: slice.metadata.name,
      namespace,
      addresses: [addressBytes(ip)],
      ...commonOf(snapshot, {}),
      services: { [source.key]: { ports } },
      status: conditions?.ready === false ? WorkloadStatus.UNHEALTHY : WorkloadStatus.HEALTHY,
      networkMode: NetworkMode.HOST_NETWORK,
    })),
  );
}
