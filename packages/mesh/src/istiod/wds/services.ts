/** Services of Kubernetes and hosts of service entries as WDS services. */
import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  AppProtocol,
  LoadBalancing_HealthPolicy,
  LoadBalancing_Mode,
  LoadBalancing_Scope,
  type ServiceSchema,
} from '../../proto/gen/istio/workload_pb.ts';
import { addressBytes, isAddress } from '../addresses/bytes.ts';
import type { Service, ServiceEntry } from '../objects.ts';
import { type Labels, namespaceOf, type Snapshot } from './snapshot.ts';

export type WdsService = MessageInitShape<typeof ServiceSchema>;

export interface PortMapping {
  servicePort: number;
  /** 0 when every endpoint has its own. */
  targetPort: number;
  /** The port's name in the object, by which endpoints override the target. */
  name: string;
  /** The name of a container port, when the target is one. */
  targetName: string | undefined;
  appProtocol: AppProtocol;
}

/** A service with what is needed to find its endpoints. */
export interface ServiceSource {
  /** Resource name, `namespace/hostname`. */
  key: string;
  namespace: string;
  /** Undefined: endpoints are not found by labels. */
  selector: Labels | undefined;
  ports: readonly PortMapping[];
  origin: Service | ServiceEntry;
  message: WdsService;
}

const protocols: Readonly<Record<string, AppProtocol>> = {
  http: AppProtocol.HTTP11,
  http2: AppProtocol.HTTP2,
  grpc: AppProtocol.GRPC,
  tcp: AppProtocol.TCP,
  tls: AppProtocol.TLS,
  https: AppProtocol.TLS,
};
/** From an explicit protocol, else from the port name's first part (`http-web`). */
const protocolOf = (explicit: string | undefined, name = ''): AppProtocol =>
  protocols[explicit?.toLowerCase() ?? ''] ?? protocols[name.split('-')[0] ?? ''] ?? AppProtocol.UNKNOWN;

/** In the order of precedence per namespace and host: services of Kubernetes, then service entries, older first. */
export function serviceSources(snapshot: Snapshot): ServiceSource[] {
  const found = new Map<string, ServiceSource>();
  const entries = snapshot.serviceEntries.toSorted((a, b) =>
    (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? ''),
  );
  const all = [
    ...snapshot.services.map((service) => fromService(service, snapshot)),
    ...entries.flatMap((entry) => fromServiceEntry(entry, snapshot)),
  ];
  for (const source of all) if (!found.has(source.key)) found.set(source.key, source);
  const sources = [...found.values()];
  const canonical = new Set<string>();
  return sources.map((source) => {
    const { hostname = '' } = source.message;
    const first = !canonical.has(hostname);
    canonical.add(hostname);
    return { ...source, message: { ...source.message, canonical: first } };
  });
}

function fromService(service: Service, { network }: Snapshot): ServiceSource {
  const { metadata, spec } = service;
  const namespace = namespaceOf(service);
  const hostname = `${metadata.name}.${namespace}.svc.cluster.local`;
  const ports = (spec.ports ?? []).filter(({ protocol = 'TCP' }) => protocol === 'TCP').map(mappingOf);
  const ips = (spec.clusterIPs ?? [spec.clusterIP]).filter(isAddress);
  return {
    key: `${namespace}/${hostname}`,
    namespace,
    selector: nonEmpty(spec.selector),
    ports,
    origin: service,
    message: {
      name: metadata.name,
      namespace,
      hostname,
      addresses: ips.map((ip) => ({ network, address: addressBytes(ip) })),
      ports: ports.map(portMessage),
      ...loadBalancingOf(spec),
    },
  };
}

/** A service with an empty selector selects nothing. */
const nonEmpty = (selector: Labels | undefined) =>
  selector && Object.keys(selector).length > 0 ? selector : undefined;

function mappingOf({
  name = '',
  port,
  targetPort = port,
  appProtocol,
}: NonNullable<Service['spec']['ports']>[number]): PortMapping {
  return {
    servicePort: port,
    targetPort: typeof targetPort === 'number' ? targetPort : 0,
    targetName: typeof targetPort === 'number' ? undefined : targetPort,
    name,
    appProtocol: protocolOf(appProtocol, name),
  };
}

export interface WdsPort {
  servicePort: number;
  targetPort: number;
  appProtocol: AppProtocol;
}

export const portMessage = ({ servicePort, targetPort, appProtocol }: PortMapping): WdsPort => ({
  servicePort,
  targetPort,
  appProtocol,
});

function loadBalancingOf({
  publishNotReadyAddresses,
  internalTrafficPolicy,
}: Service['spec']): Pick<WdsService, 'loadBalancing'> {
  const local = internalTrafficPolicy === 'Local';
  if (!local && publishNotReadyAddresses !== true) return {};
  return {
    loadBalancing: {
      ...(local ? { mode: LoadBalancing_Mode.STRICT, routingPreference: [LoadBalancing_Scope.NODE] } : {}),
      ...(publishNotReadyAddresses ? { healthPolicy: LoadBalancing_HealthPolicy.ALLOW_ALL } : {}),
    },
  };
}

const passthrough = {
  loadBalancing: { mode: LoadBalancing_Mode.PASSTHROUGH, healthPolicy: LoadBalancing_HealthPolicy.ALLOW_ALL },
};

function fromServiceEntry(entry: ServiceEntry, { network }: Snapshot): ServiceSource[] {
  const { metadata, spec } = entry;
  const namespace = namespaceOf(entry);
  const ports = (spec.ports ?? []).map(({ number, name, protocol, targetPort = number }) => ({
    servicePort: number,
    targetPort,
    targetName: undefined,
    name,
    appProtocol: protocolOf(protocol, name),
  }));
  return spec.hosts.map((hostname) => ({
    key: `${namespace}/${hostname}`,
    namespace,
    selector: nonEmpty(spec.workloadSelector?.labels),
    ports,
    origin: entry,
    message: {
      name: metadata.name,
      namespace,
      hostname,
      addresses: addressesOf(entry, hostname).map((address) => networkAddress(network, address)),
      ports: ports.map(portMessage),
      subjectAltNames: spec.subjectAltNames ?? [],
      ...((spec.resolution ?? 'NONE') === 'NONE' ? passthrough : {}),
    },
  }));
}

/** Its own addresses, else those that were allocated for the host. */
function addressesOf({ spec, status }: ServiceEntry, hostname: string): string[] {
  const own = spec.addresses ?? [];
  if (own.length > 0) return own.filter((address) => isAddress(address.split('/')[0]));
  const allocated = (status?.addresses ?? []).filter(({ host = spec.hosts[0] }) => host === hostname);
  return allocated.map(({ value }) => value).filter(isAddress);
}

function networkAddress(network: string, text: string) {
  const [ip = '', length] = text.split('/');
  return { network, address: addressBytes(ip), ...(length === undefined ? {} : { length: Number(length) }) };
}
