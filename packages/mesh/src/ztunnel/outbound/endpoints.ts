import type { MeshState } from '../state/index.ts';
import type { RoutingScope, Service, Workload } from '../state/types.ts';

export interface Endpoint {
  workload: Workload;
  /** Of the workload, not of the service. */
  port: number;
}

export interface EndpointQuery {
  state: Pick<MeshState, 'endpointsOf'>;
  service: Service;
  port: number;
  /** Network of the caller. */
  network: string;
  source: Workload | undefined;
  random: () => number;
}

/** One endpoint: the closest by the service's preferences, among those by chance and capacity. */
export function selectEndpoint(query: EndpointQuery): Endpoint | undefined {
  const candidates = query.state.endpointsOf(query.service).flatMap((workload) => candidateOf(query, workload));
  return weighted(closest(candidates, query), query.random);
}

function candidateOf({ service, port, network }: EndpointQuery, workload: Workload): Endpoint[] {
  const target =
    workload.services.get(`${service.namespace}/${service.hostname}`)?.get(port) || service.ports.get(port);
  const healthy = workload.status === 'Healthy' || service.loadBalancer?.healthPolicy === 'AllowAll';
  const local = workload.network === network;
  const reachable = local
    ? workload.addresses.length > 0 || workload.hostname !== ''
    : workload.networkGateway !== undefined;
  return target && healthy && reachable ? [{ workload, port: target }] : [];
}

const scopes: Record<RoutingScope, (workload: Workload) => string> = {
  Region: ({ locality }) => locality.region,
  Zone: ({ locality }) => locality.zone,
  Subzone: ({ locality }) => locality.subzone,
  Node: ({ node }) => node,
  Cluster: ({ clusterId }) => clusterId,
  Network: ({ network }) => network,
};

/** Those that share the longest run of preferences with the caller; STRICT wants all of them shared. */
function closest(candidates: readonly Endpoint[], { service, source }: EndpointQuery): readonly Endpoint[] {
  const { routingPreferences: preferences = [], mode } = service.loadBalancer ?? {};
  if (!source || preferences.length === 0) return candidates;
  const rankOf = ({ workload }: Endpoint) => {
    const miss = preferences.findIndex((scope) => scopes[scope](workload) !== scopes[scope](source));
    return miss === -1 ? preferences.length : miss;
  };
  const best = mode === 'Strict' ? preferences.length : Math.max(...candidates.map(rankOf));
  return candidates.filter((candidate) => rankOf(candidate) === best);
}

function weighted(candidates: readonly Endpoint[], random: () => number): Endpoint | undefined {
  const total = candidates.reduce((sum, { workload }) => sum + workload.capacity, 0);
  let at = random() * total;
  return candidates.find(({ workload }) => (at -= workload.capacity) < 0);
}
