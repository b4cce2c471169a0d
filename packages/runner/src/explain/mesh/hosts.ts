/** The names of the mesh: services of Kubernetes and hosts of ServiceEntries, as istiod tells them to the proxies. */
import { isIPv4 } from 'node:net';
import { type Labels, namespaceOf, type Service, type ServiceEntry } from '../facts/objects.ts';
import type { MeshFacts } from '../facts/types.ts';
import { globalLabels } from '../../scenario/kubernetes.ts';

export interface Host {
  hostname: string;
  namespace: string;
  /** `ServiceEntry ns/name` */
  object: string;
  kind: 'Service' | 'ServiceEntry';
  /** IPv4. */
  addresses: readonly string[];
  headless: boolean;
  ports: readonly HostPort[];
  /** Undefined: nothing is selected. */
  selector: Labels | undefined;
  /** Other clusters of the mesh know it, too. */
  isGlobal: boolean;
  /** Name of the waypoint that connections to it must pass. */
  waypoint: string | undefined;
}

export interface HostPort {
  port: number;
  name: string;
  /** A number, or the name of a container port. */
  target: number | string;
}

const clusterDomain = 'svc.cluster.local';
const waypointLabel = 'istio.io/use-waypoint';

/** Per namespace and name a Service of Kubernetes comes before ServiceEntries, and older ones before younger. */
export function hostsOf({ services, serviceEntries, namespaces }: MeshFacts): Host[] {
  const inherited = new Map(namespaces.map(({ metadata }) => [metadata.name, metadata.labels?.[waypointLabel]]));
  const waypointOf = ({ metadata }: Service | ServiceEntry, namespace: string) =>
    [metadata.labels?.[waypointLabel] ?? inherited.get(namespace)].find((name) => name !== 'none');
  const older = serviceEntries.toSorted((a, b) => createdAt(a).localeCompare(createdAt(b)));
  const all = [
    ...services.map((service) => fromService(service, waypointOf)),
    ...older.flatMap((entry) => fromServiceEntry(entry, waypointOf)),
  ];
  const known = new Map<string, Host>();
  for (const host of all) if (!known.has(keyOf(host))) known.set(keyOf(host), host);
  return [...known.values()];
}

const keyOf = ({ namespace, hostname }: Host) => `${namespace}/${hostname}`;
const createdAt = ({ metadata }: ServiceEntry) => metadata.creationTimestamp ?? '';
const nonEmpty = (labels: Labels | undefined) => (Object.keys(labels ?? {}).length > 0 ? labels : undefined);

const isGlobal = ({ metadata: { labels = {} } }: Service | ServiceEntry) =>
  Object.entries(globalLabels).some(([label, value]) => labels[label] === value);

type WaypointOf = (object: Service | ServiceEntry, namespace: string) => string | undefined;

function fromService(service: Service, waypointOf: WaypointOf): Host {
  const { metadata, spec } = service;
  const namespace = namespaceOf(service);
  const { clusterIP = '' } = spec;
  return {
    hostname: `${metadata.name}.${namespace}.${clusterDomain}`,
    namespace,
    object: `Service ${namespace}/${metadata.name}`,
    kind: 'Service',
    addresses: isIPv4(clusterIP) ? [clusterIP] : [],
    headless: clusterIP === 'None',
    ports: (spec.ports ?? [])
      .filter(({ protocol = 'TCP' }) => protocol === 'TCP')
      .map(({ port, name = '', targetPort = port }) => ({ port, name, target: targetPort })),
    selector: nonEmpty(spec.selector),
    isGlobal: isGlobal(service),
    waypoint: waypointOf(service, namespace),
  };
}

function fromServiceEntry(entry: ServiceEntry, waypointOf: WaypointOf): Host[] {
  const { metadata, spec } = entry;
  const namespace = namespaceOf(entry);
  return spec.hosts.map((hostname) => ({
    hostname,
    namespace,
    object: `ServiceEntry ${namespace}/${metadata.name}`,
    kind: 'ServiceEntry' as const,
    addresses: addressesOf(entry, hostname),
    headless: false,
    ports: (spec.ports ?? []).map(({ number, name, targetPort = number }) => ({
      port: number,
      name,
      target: targetPort,
    })),
    selector: nonEmpty(spec.workloadSelector?.labels),
    isGlobal: isGlobal(entry),
    waypoint: waypointOf(entry, namespace),
  }));
}

/** Its own addresses, else those that istiod allocated for the host. */
function addressesOf({ spec, status }: ServiceEntry, hostname: string): string[] {
  const own = (spec.addresses ?? []).filter((address) => isIPv4(address));
  if (own.length > 0) return own;
  const allocated = (status?.addresses ?? []).filter(({ host = spec.hosts[0] }) => host === hostname);
  return allocated.map(({ value }) => value).filter((address) => isIPv4(address));
}

/** As the DNS proxy of ztunnel looks a name up for a client of `namespace`. */
export function lookUp(hosts: readonly Host[], name: string, namespace: string): Host | undefined {
  for (const candidate of candidates(name, namespace)) {
    const named = hosts.filter(({ hostname }) => hostname === candidate);
    const found = named.find((host) => host.namespace === namespace) ?? named[0];
    if (found) return found;
  }
  return undefined;
}

/** The name itself, its expansions inside the cluster, then each with wildcards from the most specific. */
function candidates(name: string, namespace: string): string[] {
  const plain = name.toLowerCase().replace(/\.$/, '');
  const labels = plain.split('.');
  const expansions: Record<number, string[]> = {
    1: [`${plain}.${namespace}.${clusterDomain}`],
    2: [`${plain}.${clusterDomain}`, `${plain}.${namespace}.${clusterDomain}`],
  };
  const inCluster = labels.at(-1) === 'svc' ? [`${plain}.cluster.local`] : [];
  const exact = [plain, ...(expansions[labels.length] ?? []), ...inCluster];
  return [...exact, ...exact.flatMap(wildcards)];
}

function wildcards(name: string): string[] {
  const labels = name.split('.');
  return labels.slice(1).map((_, at) => `*.${labels.slice(at + 1).join('.')}`);
}
