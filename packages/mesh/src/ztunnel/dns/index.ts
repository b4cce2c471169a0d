/** The mesh's names, as ztunnel's DNS proxy answers them. */
import { isIPv4 } from 'node:net';
import type { Proxied } from '../proxied.ts';
import type { MeshState } from '../state/index.ts';
import type { Service } from '../state/types.ts';

export interface DnsClient {
  namespace: string;
  /** Addresses of other networks are no answers. */
  network: string;
  clusterDomain: string;
}

/** `known` without addresses is a name that exists without a record of this kind; `unknown` is for another resolver. */
export type Answer = { kind: 'known'; addresses: readonly string[]; service: Service } | { kind: 'unknown' };

/** IPv4 addresses of a name. */
export function answer(state: MeshState, name: string, client: DnsClient): Answer {
  for (const candidate of candidates(name, client)) {
    const service = state.serviceNamed(candidate, client.namespace);
    if (service && answerable(service, client)) return known(state, service, client);
  }
  return { kind: 'unknown' };
}

/** The IPv4 addresses that an application of `proxied` would get. Empty when nobody knows the name. */
export async function resolve(proxied: Proxied, name: string): Promise<readonly string[]> {
  const { state, namespace, networkName: network, clusterDomain } = proxied;
  const found = answer(state, name, { namespace, network, clusterDomain });
  return found.kind === 'known' ? found.addresses : (await proxied.network.resolve(name)).filter((ip) => isIPv4(ip));
}

/** The name itself, its expansions inside the cluster, then each with wildcards from the most specific. */
function candidates(name: string, { namespace, clusterDomain }: DnsClient): string[] {
  const plain = name.toLowerCase().replace(/\.$/, '');
  const labels = plain.split('.');
  const expansions: Record<number, string[]> = {
    1: [`${plain}.${namespace}.svc.${clusterDomain}`],
    2: [`${plain}.svc.${clusterDomain}`, `${plain}.${namespace}.svc.${clusterDomain}`],
  };
  const inCluster = labels.at(-1) === 'svc' ? [`${plain}.${clusterDomain}`] : [];
  const exact = [plain, ...(expansions[labels.length] ?? []), ...inCluster];
  return [...exact, ...exact.flatMap(wildcards)];
}

function wildcards(name: string): string[] {
  const labels = name.split('.');
  return labels.slice(1).map((_, at) => `*.${labels.slice(at + 1).join('.')}`);
}

const answerable = ({ vips, hostname }: Service, { clusterDomain }: DnsClient) =>
  vips.length > 0 || hostname.endsWith(`.svc.${clusterDomain}`);

function known(state: MeshState, service: Service, { network }: DnsClient): Answer {
  const vips = service.vips.filter((vip) => vip.network === network).map(({ ip }) => ip);
  const headless = () =>
    state
      .endpointsOf(service)
      .filter((workload) => workload.network === network)
      .flatMap(({ addresses }) => addresses);
  const addresses = (service.vips.length > 0 ? vips : headless()).filter((ip) => isIPv4(ip));
  return { kind: 'known', addresses, service };
}
