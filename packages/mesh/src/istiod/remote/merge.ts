/** One mesh out of several clusters: services of one name are one service, wherever their endpoints are. */
import { TunnelProtocol, WorkloadStatus } from '../../proto/gen/istio/workload_pb.ts';
import { addressBytes } from '../addresses/bytes.ts';
import type { ServiceSource, WdsService } from '../wds/services.ts';
import { namespaceOf, type Snapshot } from '../wds/snapshot.ts';
import { type Discovered, discovered } from '../wds/translate.ts';
import type { WdsWorkload } from '../wds/workloads.ts';
import type { RemoteAddresses } from './addresses.ts';
import { type FoundGateway, gatewayAddress, gatewayOf, gatewayWorkload, type NetworkGateway } from './gateways.ts';

export interface MergeOptions {
  local: Snapshot;
  remotes: readonly Snapshot[];
  addresses: RemoteAddresses;
}

/** What proxies are told, and what is left out of it, in words. */
export interface Merged extends Discovered {
  problems: readonly string[];
}

/** Istio's label, and the one of this distribution. */
const scopeLabels: Readonly<Record<string, string>> = { 'istio.io/global': 'true', 'solo.io/service-scope': 'global' };

/** Whether other clusters are to know it. */
export const isGlobal = ({ origin }: Pick<ServiceSource, 'origin'>): boolean =>
  Object.entries(scopeLabels).some(([label, value]) => origin.metadata.labels?.[label] === value);

/** A service of a remote cluster with its endpoints there. */
interface Contribution {
  source: ServiceSource;
  clusterId: string;
  endpoints: readonly WdsWorkload[];
}

/**
 * Adds to this cluster what the others have for global services. Namespaces of one name are the same namespace. Endpoints
 * in the same network are added as they are; those of another one become a single endpoint behind its gateway. Pure, but
 * for `addresses`, which remembers.
 */
export function merge({ local, remotes, addresses }: MergeOptions): Merged {
  const own = discovered(local);
  const byKey = Map.groupBy(
    remotes.flatMap((remote) => contributions(remote)),
    ({ source }) => source.key,
  );
  const services = new Map(own.services.map((service) => [service.key, service]));
  const workloads = new Map(own.workloads.map((workload) => [workload.uid, workload]));
  const problems = new Set<string>();
  const gateways = rememberedGateways(local, remotes);
  for (const [key, given] of byKey) {
    const known = services.get(key);
    if (known && !isGlobal(known)) {
      problems.add(`service ${key} is global in ${listOf(given)}, but not here: its endpoints there are left out`);
      continue;
    }
    const base = known ?? foreign(given[0] as Contribution, addresses.of(key), local.network);
    services.set(key, withIdentities(base, given, local.trustDomain));
    for (const [network, endpoints] of byNetwork(given)) {
      if (network === '' && local.network !== '') {
        problems.add(nameless(given));
        continue;
      }
      if (network === local.network) {
        for (const endpoint of endpoints) add(workloads, endpoint, key);
        continue;
      }
      const gateway = gateways(network);
      if ('problem' in gateway) {
        problems.add(gateway.problem);
        continue;
      }
      const gate = gatewayWorkload(gateway, local.trustDomain);
      workloads.set(gate.uid, gate);
      const one = behindGateway({ source: base, gateway, endpoints });
      workloads.set(one.uid, one);
    }
  }
  return { services: [...services.values()], workloads: [...workloads.values()], problems: [...problems] };
}

const nameless = (given: readonly Contribution[]) =>
  `cluster ${listOf(given)} does not say which network it is (label topology.istio.io/network of its system namespace): its endpoints are left out`;

const listOf = (given: readonly Contribution[]) => given.map(({ clusterId }) => clusterId).join(', ');

function rememberedGateways(local: Snapshot, remotes: readonly Snapshot[]): (network: string) => FoundGateway {
  const found = new Map<string, FoundGateway>();
  return (network) => {
    const gateway = found.get(network) ?? gatewayOf(network, local, remotes);
    found.set(network, gateway);
    return gateway;
  };
}

/** Only endpoints that speak HBONE can be reached through a gateway: the inner tunnel ends at them. */
function contributions(remote: Snapshot): Contribution[] {
  const { services, workloads } = discovered(remote);
  return services.filter(isGlobal).map((source) => ({
    source,
    clusterId: remote.clusterId,
    endpoints: workloads.filter(
      ({ services: of = {}, tunnelProtocol, status = WorkloadStatus.HEALTHY }) =>
        source.key in of && tunnelProtocol === TunnelProtocol.HBONE && status === WorkloadStatus.HEALTHY,
    ),
  }));
}

const byNetwork = (given: readonly Contribution[]): Map<string, WdsWorkload[]> =>
  Map.groupBy(
    given.flatMap(({ endpoints }) => endpoints),
    ({ network = '' }) => network,
  );

/** A service that only other clusters have: it gets an address in this network. */
function foreign({ source }: Contribution, addresses: readonly string[], network: string): ServiceSource {
  const own = addresses.map((ip) => ({ network, address: addressBytes(ip) }));
  return { ...source, selector: undefined, message: { ...source.message, addresses: own } as WdsService };
}

/** Who may answer for the service in the other clusters; behind a gateway nothing else tells. */
function withIdentities(base: ServiceSource, given: readonly Contribution[], trustDomain: string): ServiceSource {
  const identities = given.flatMap(({ endpoints, source }) => [
    ...(source.message.subjectAltNames ?? []),
    ...endpoints.map(
      ({ namespace, serviceAccount }) => `spiffe://${trustDomain}/ns/${namespace}/sa/${serviceAccount || 'default'}`,
    ),
  ]);
  const subjectAltNames = [...new Set([...(base.message.subjectAltNames ?? []), ...identities])].toSorted();
  return { ...base, message: { ...base.message, subjectAltNames } as WdsService };
}

/** An endpoint of the same network, for this service only. */
function add(workloads: Map<string, WdsWorkload>, endpoint: WdsWorkload, key: string): void {
  const services = { ...workloads.get(endpoint.uid)?.services, [key]: endpoint.services?.[key] };
  workloads.set(endpoint.uid, { ...endpoint, services } as WdsWorkload);
}

interface Behind {
  source: ServiceSource;
  gateway: NetworkGateway;
  endpoints: readonly WdsWorkload[];
}

/** All endpoints that a service has in another network, as one that weighs as much as they do. */
function behindGateway({ source, gateway, endpoints }: Behind): WdsWorkload {
  const { network, namespace, name, address, clusterId } = gateway;
  const service = { namespace: namespaceOf(source.origin), hostname: source.message.hostname ?? '' };
  return {
    uid: `${network}/SplitHorizonWorkload/${namespace}/${name}/${address}/${service.namespace}/${service.hostname}`,
    name: source.message.name ?? service.hostname,
    namespace: service.namespace,
    network,
    clusterId,
    tunnelProtocol: TunnelProtocol.HBONE,
    capacity: endpoints.reduce((sum, { capacity = 1 }) => sum + capacity, 0),
    networkGateway: gatewayAddress(gateway),
    services: {
      [source.key]: {
        ports: source.ports.map(({ servicePort, appProtocol }) => ({
          servicePort,
          targetPort: servicePort,
          appProtocol,
        })),
      },
    },
    status: WorkloadStatus.HEALTHY,
  };
}
