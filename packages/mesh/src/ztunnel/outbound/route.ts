import type { Peer } from '@meshbed/core';
import { type Authority, formatAuthority } from '@meshbed/hbone';
import type { MeshState } from '../state/index.ts';
import { type GatewayAddress, identityOf, type Service, type Workload } from '../state/types.ts';
import { selectEndpoint } from './endpoints.ts';

interface Described {
  /** Who is meant, as far as the mesh knows. */
  workload?: Workload;
  service?: Service;
}

/** How to get a connection to where it wants to go. */
export type Route = Described &
  (
    | { kind: 'passthrough'; target: Authority }
    | { kind: 'tcp'; target: Authority }
    | { kind: 'hbone'; hop: Peer; authority: Authority; expected: readonly string[] }
    | {
        kind: 'double-hbone';
        hop: Authority;
        authority: Authority;
        outerExpected: readonly string[];
        innerExpected: readonly string[];
      }
    | { kind: 'none'; error: string }
  );

export interface RouteQuery {
  state: MeshState;
  /** Network of the caller. */
  network: string;
  namespace: string;
  source: Workload | undefined;
  target: { ip: string; port: number };
  random: () => number;
}

/** A service's address leads to one of its endpoints, a workload's to it; any other is left to the network. */
export function routeTo(query: RouteQuery): Route {
  const { state, network, namespace, target } = query;
  const service = state.serviceAt(network, target.ip, namespace);
  if (service) return routeToService(query, service);
  const workload = state.workloadAt(network, target.ip);
  if (workload) return routeToWorkload(workload, target, target.port);
  return { kind: 'passthrough', target: { host: target.ip, port: target.port } };
}

function routeToService(query: RouteQuery, service: Service): Route {
  const { target, network } = query;
  if (service.waypoint) return unsupportedWaypoint(service.waypoint, { service });
  if (service.loadBalancer?.mode === 'Passthrough') {
    return { kind: 'tcp', target: { host: target.ip, port: target.port }, service };
  }
  const endpoint = selectEndpoint({ ...query, service, port: target.port });
  const address = formatAuthority({ host: target.ip, port: target.port });
  if (!endpoint) return { kind: 'none', error: `no healthy upstream: ${address}`, service };
  const { workload, port } = endpoint;
  if (workload.network !== network) return routeThroughGateway(query, service, workload);
  return routeToWorkload(workload, { ip: addressLike(workload, target.ip), port }, port, service);
}

function routeToWorkload(
  workload: Workload,
  target: { ip: string; port: number },
  port: number,
  service?: Service,
): Route {
  const described = { workload, ...(service && { service }) };
  if (!service && workload.waypoint) return unsupportedWaypoint(workload.waypoint, described);
  const endpoint = { host: target.ip, port };
  if (workload.protocol === 'TCP') return { kind: 'tcp', target: endpoint, ...described };
  const expected = [...new Set([identityOf(workload), ...(service?.subjectAltNames ?? [])])];
  return { kind: 'hbone', hop: { ip: target.ip, port: 15008 }, authority: endpoint, expected, ...described };
}

/** The gateway itself must be known to the mesh: a reference that leads nowhere fails, it is no way around. */
function routeThroughGateway({ state, target, network }: RouteQuery, service: Service, workload: Workload): Route {
  const described = { workload, service };
  const gateway = workload.networkGateway && resolveGateway(state, workload.networkGateway, network);
  if (!gateway) {
    const reference = workload.networkGateway
      ? `network gateway ${describe(workload.networkGateway)} not found`
      : 'none is set';
    return { kind: 'none', error: `unknown network gateway: ${reference}`, ...described };
  }
  const authority = { host: service.hostname, port: target.port };
  return { kind: 'double-hbone', authority, innerExpected: service.subjectAltNames, ...gateway, ...described };
}

interface Gateway {
  hop: Authority;
  outerExpected: readonly string[];
}

function resolveGateway(
  state: MeshState,
  { destination, hboneMtlsPort }: GatewayAddress,
  network: string,
): Gateway | undefined {
  const service =
    destination.kind === 'address'
      ? state.serviceAt(destination.address.network, destination.address.ip, '')
      : state.services.get(`${destination.namespace}/${destination.hostname}`);
  if (service) return gatewayService(state, service, { port: hboneMtlsPort, network });
  const workload =
    destination.kind === 'address'
      ? state.workloadAt(destination.address.network, destination.address.ip)
      : [...state.workloads.values()].find(
          ({ namespace, hostname }) => namespace === destination.namespace && hostname === destination.hostname,
        );
  const host = workload && (workload.addresses[0] ?? workload.hostname);
  return workload && host ? { hop: { host, port: hboneMtlsPort }, outerExpected: [identityOf(workload)] } : undefined;
}

function gatewayService(
  state: MeshState,
  service: Service,
  to: { port: number; network: string },
): Gateway | undefined {
  const endpoint = selectEndpoint({
    state,
    service,
    port: to.port,
    network: to.network,
    source: undefined,
    random: () => 0,
  });
  const host = endpoint && (endpoint.workload.addresses[0] ?? endpoint.workload.hostname);
  if (!endpoint || !host) return undefined;
  return {
    hop: { host, port: endpoint.port },
    outerExpected: [...service.subjectAltNames, identityOf(endpoint.workload)],
  };
}

const unsupportedWaypoint = (waypoint: GatewayAddress, described: Described): Route => ({
  kind: 'none',
  error: `waypoint ${describe(waypoint)}: waypoints are not supported by this data plane`,
  ...described,
});

const describe = ({ destination }: GatewayAddress) =>
  destination.kind === 'address'
    ? `${destination.address.network}/${destination.address.ip}`
    : `${destination.namespace}/${destination.hostname}`;

/** The endpoint's address of the same family as the one that was dialled; its name when it has no address. */
function addressLike({ addresses, hostname }: Workload, ip: string): string {
  const wantsIpv6 = ip.includes(':');
  return addresses.find((address) => address.includes(':') === wantsIpv6) ?? addresses[0] ?? hostname;
}
