/** From the messages of the control plane to ztunnel's own types, with ztunnel's defaults. */
import type { Authorization, Match, StringMatch } from '@meshbed/policy/istio';
import {
  Action,
  type Address as PolicyAddress,
  type Authorization as AuthorizationMessage,
  type Match as MatchMessage,
  Scope,
  type StringMatch as StringMatchMessage,
} from '../../proto/gen/istio/authorization_pb.ts';
import {
  ApplicationTunnel_Protocol,
  type GatewayAddress as GatewayAddressMessage,
  LoadBalancing_HealthPolicy,
  LoadBalancing_Mode,
  LoadBalancing_Scope,
  type NetworkAddress as NetworkAddressMessage,
  NetworkMode,
  type Port,
  type Service as ServiceMessage,
  TunnelProtocol,
  type Workload as WorkloadMessage,
  WorkloadStatus,
  WorkloadType,
} from '../../proto/gen/istio/workload_pb.ts';
import { ipOf } from './addresses.ts';
import type {
  GatewayAddress,
  LoadBalancer,
  NetworkAddress,
  PortMap,
  RoutingScope,
  Service,
  Workload,
} from './types.ts';

const workloadTypes: Readonly<Record<number, Workload['workloadType']>> = {
  [WorkloadType.DEPLOYMENT]: 'deployment',
  [WorkloadType.CRONJOB]: 'cronjob',
  [WorkloadType.POD]: 'pod',
  [WorkloadType.JOB]: 'job',
};

/** @throws Error for what this data plane can't do, so that the resource is refused by name. */
export function workloadOf(message: WorkloadMessage): Workload {
  const { waypoint, networkGateway, locality, applicationTunnel } = message;
  if (message.tunnelProtocol === TunnelProtocol.LEGACY_ISTIO_MTLS)
    throw new Error('LEGACY_ISTIO_MTLS is not supported');
  if (applicationTunnel && applicationTunnel.protocol !== ApplicationTunnel_Protocol.NONE) {
    throw new Error('application tunnels are not supported');
  }
  return {
    kind: 'workload',
    uid: message.uid,
    name: message.name,
    namespace: message.namespace,
    addresses: message.addresses.map(ipOf),
    hostname: message.hostname,
    network: message.network,
    protocol: message.tunnelProtocol === TunnelProtocol.HBONE ? 'HBONE' : 'TCP',
    trustDomain: message.trustDomain || 'cluster.local',
    serviceAccount: message.serviceAccount || 'default',
    node: message.node,
    canonicalName: message.canonicalName,
    canonicalRevision: message.canonicalRevision,
    workloadType: workloadTypes[message.workloadType] ?? 'pod',
    workloadName: message.workloadName,
    nativeTunnel: message.nativeTunnel,
    clusterId: message.clusterId || 'Kubernetes',
    locality: { region: locality?.region ?? '', zone: locality?.zone ?? '', subzone: locality?.subzone ?? '' },
    networkMode: message.networkMode === NetworkMode.HOST_NETWORK ? 'HostNetwork' : 'Standard',
    status: message.status === WorkloadStatus.UNHEALTHY ? 'Unhealthy' : 'Healthy',
    capacity: message.capacity ?? 1,
    services: new Map(Object.entries(message.services).map(([key, { ports }]) => [key, portsOf(ports)])),
    authorizationPolicies: message.authorizationPolicies,
    ...(waypoint && { waypoint: gatewayOf(waypoint) }),
    ...(networkGateway && { networkGateway: gatewayOf(networkGateway) }),
  };
}

/** @throws Error for what this data plane can't do. */
export function serviceOf(message: ServiceMessage): Service {
  const { waypoint, loadBalancing, weightedWaypoints } = message;
  if (weightedWaypoints.length > 0) throw new Error('weighted waypoints are not supported');
  return {
    kind: 'service',
    name: message.name,
    namespace: message.namespace,
    hostname: message.hostname,
    vips: message.addresses.map(networkAddressOf),
    ports: portsOf(message.ports),
    subjectAltNames: message.subjectAltNames,
    canonical: message.canonical,
    ...(waypoint && { waypoint: gatewayOf(waypoint) }),
    ...(loadBalancing && { loadBalancer: loadBalancerOf(loadBalancing) }),
  };
}

const portsOf = (ports: readonly Port[]): PortMap =>
  new Map(ports.map(({ servicePort, targetPort }) => [servicePort, targetPort]));

function networkAddressOf({ network, address, length }: NetworkAddressMessage): NetworkAddress {
  if (length !== undefined && length !== address.length * 8) throw new Error('CIDR addresses are not supported');
  return { network, ip: ipOf(address) };
}

function gatewayOf({ destination, hboneMtlsPort }: GatewayAddressMessage): GatewayAddress {
  switch (destination.case) {
    case 'address':
      return { destination: { kind: 'address', address: networkAddressOf(destination.value) }, hboneMtlsPort };
    case 'hostname': {
      const { namespace, hostname } = destination.value;
      return { destination: { kind: 'hostname', namespace, hostname }, hboneMtlsPort };
    }
    case undefined:
      throw new Error('a gateway without destination');
  }
}

const scopes: Readonly<Record<number, RoutingScope>> = {
  [LoadBalancing_Scope.REGION]: 'Region',
  [LoadBalancing_Scope.ZONE]: 'Zone',
  [LoadBalancing_Scope.SUBZONE]: 'Subzone',
  [LoadBalancing_Scope.NODE]: 'Node',
  [LoadBalancing_Scope.CLUSTER]: 'Cluster',
  [LoadBalancing_Scope.NETWORK]: 'Network',
};

const modes: Readonly<Record<number, LoadBalancer['mode']>> = {
  [LoadBalancing_Mode.STRICT]: 'Strict',
  [LoadBalancing_Mode.FAILOVER]: 'Failover',
  [LoadBalancing_Mode.PASSTHROUGH]: 'Passthrough',
};

const loadBalancerOf = (message: NonNullable<ServiceMessage['loadBalancing']>): LoadBalancer => ({
  routingPreferences: message.routingPreference.flatMap((scope) => scopes[scope] ?? []),
  mode: modes[message.mode] ?? 'Standard',
  healthPolicy: message.healthPolicy === LoadBalancing_HealthPolicy.ALLOW_ALL ? 'AllowAll' : 'OnlyHealthy',
});

const policyScopes: Readonly<Record<number, Authorization['scope']>> = {
  [Scope.GLOBAL]: 'GLOBAL',
  [Scope.NAMESPACE]: 'NAMESPACE',
  [Scope.WORKLOAD_SELECTOR]: 'WORKLOAD_SELECTOR',
};

/** @throws Error for a scope or an action that is none. */
export function authorizationOf(message: AuthorizationMessage): Authorization {
  const scope = policyScopes[message.scope];
  if (!scope) throw new Error(`unknown scope ${message.scope}`);
  if (message.action !== Action.ALLOW && message.action !== Action.DENY)
    throw new Error(`unknown action ${message.action}`);
  return {
    name: message.name,
    namespace: message.namespace,
    scope,
    action: message.action === Action.DENY ? 'DENY' : 'ALLOW',
    dryRun: message.dryRun,
    rules: message.rules.map(({ clauses }) => ({
      clauses: clauses.map(({ matches }) => ({ matches: matches.map(matchOf) })),
    })),
  };
}

/** Fields that the message leaves empty are left out: an empty list would be a field that nothing satisfies. */
function matchOf(message: MatchMessage): Match {
  const match = {
    namespaces: message.namespaces.flatMap(stringMatchOf),
    notNamespaces: message.notNamespaces.flatMap(stringMatchOf),
    principals: message.principals.flatMap(stringMatchOf),
    notPrincipals: message.notPrincipals.flatMap(stringMatchOf),
    serviceAccounts: message.serviceAccounts.map(({ namespace, serviceAccount }) => ({ namespace, serviceAccount })),
    notServiceAccounts: message.notServiceAccounts.map(({ namespace, serviceAccount }) => ({
      namespace,
      serviceAccount,
    })),
    sourceIps: message.sourceIps.flatMap(addressMatchOf),
    notSourceIps: message.notSourceIps.flatMap(addressMatchOf),
    destinationIps: message.destinationIps.flatMap(addressMatchOf),
    notDestinationIps: message.notDestinationIps.flatMap(addressMatchOf),
    destinationPorts: message.destinationPorts,
    notDestinationPorts: message.notDestinationPorts,
  };
  return Object.fromEntries(Object.entries(match).filter(([, values]) => values.length > 0));
}

function stringMatchOf({ matchType }: StringMatchMessage): StringMatch[] {
  switch (matchType.case) {
    case 'exact':
      return [{ exact: matchType.value }];
    case 'prefix':
      return [{ prefix: matchType.value }];
    case 'suffix':
      return [{ suffix: matchType.value }];
    case 'presence':
      return [{ presence: true }];
    case undefined:
      return [];
  }
}

/** An address that is none is dropped, as ztunnel does. */
function addressMatchOf({ address, length }: PolicyAddress): { address: string; length: number }[] {
  return address.length === 4 || address.length === 16 ? [{ address: ipOf(address), length }] : [];
}
