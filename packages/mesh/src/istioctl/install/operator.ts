import { parseAllDocuments } from 'yaml';
import { MeshbedError } from '@meshbed/core';

/** One AWS account whose ECS clusters istiod discovers: the role to assume (`default`: its own) and the domain of the hosts. */
export interface EcsAccount {
  role: string;
  domain: string;
}

/** What an IstioOperator document of this mesh says; everything else in it is refused by name rather than ignored. */
export interface Installation {
  hub: string;
  tag: string;
  namespace: string;
  network: string;
  clusterName: string;
  meshId: string;
  trustDomain: string;
  ecsAccounts: EcsAccount[];
  pilotEnv: Record<string, string>;
  ztunnelEnv: Record<string, string>;
  accessLogFile: string;
  dnsCapture: boolean;
  licenseKey: boolean;
}

type Values = Record<string, unknown>;

/** Paths of the document that are understood; a trailing `*` takes a whole subtree of names. */
const understood = [
  'apiVersion', 'kind', 'metadata.name', 'metadata.namespace',
  'spec.profile', 'spec.hub', 'spec.tag', 'spec.namespace',
  'spec.meshConfig.accessLogFile', 'spec.meshConfig.trustDomain', 'spec.meshConfig.defaultConfig.proxyMetadata.*',
  'spec.components.cni.*', 'spec.components.ztunnel.enabled', 'spec.components.pilot.*',
  'spec.values.profile', 'spec.values.global.hub', 'spec.values.global.tag', 'spec.values.global.network', 'spec.values.global.meshID',
  'spec.values.global.multiCluster.*', 'spec.values.global.platform', 'spec.values.global.logAsJson',
  'spec.values.pilot.env.*', 'spec.values.pilot.cni.*', 'spec.values.ztunnel.*', 'spec.values.cni.*',
  'spec.values.platforms.ecs.accounts', 'spec.values.platforms.peering.*', 'spec.values.license.*',
  'spec.values.meshConfig.*',
]; // prettier-ignore

/** @throws MeshbedError `user/operator` for anything that is no IstioOperator of profile ambient. */
export function readOperator(text: string, defaults: { hub: string; tag: string }): Installation {
  const [document] = parseAllDocuments(text).map((each) => each.toJS() as Values | null);
  if (document?.['kind'] !== 'IstioOperator') throw invalid(`expected kind IstioOperator, not ${kindOf(document)}`);
  const unknown = leaves(document).find((path) => !understood.some((known) => covers(known, path)));
  if (unknown) throw invalid(`${unknown} is not supported by this istioctl`);
  const profile = at(document, 'spec.profile') ?? at(document, 'spec.values.profile');
  if (profile !== 'ambient') throw invalid(`spec.profile is ${String(profile)}; ECS workloads need profile ambient`);
  return {
    hub: string(document, 'spec.hub') ?? string(document, 'spec.values.global.hub') ?? defaults.hub,
    tag: string(document, 'spec.tag') ?? string(document, 'spec.values.global.tag') ?? defaults.tag,
    namespace: string(document, 'spec.namespace') ?? 'istio-system',
    network: string(document, 'spec.values.global.network') ?? '',
    clusterName: string(document, 'spec.values.global.multiCluster.clusterName') ?? 'Kubernetes',
    meshId: string(document, 'spec.values.global.meshID') ?? '',
    trustDomain: string(document, 'spec.meshConfig.trustDomain') ?? 'cluster.local',
    ecsAccounts: accounts(at(document, 'spec.values.platforms.ecs.accounts')),
    pilotEnv: strings(at(document, 'spec.values.pilot.env')),
    ztunnelEnv: strings(at(document, 'spec.values.ztunnel.env')),
    accessLogFile: string(document, 'spec.meshConfig.accessLogFile') ?? '',
    dnsCapture: string(document, 'spec.meshConfig.defaultConfig.proxyMetadata.ISTIO_META_DNS_CAPTURE') !== 'false',
    licenseKey: at(document, 'spec.values.license.value') !== undefined,
  };
}

const invalid = (message: string) =>
  new MeshbedError('user/operator', `the IstioOperator document: ${message}`, { next: 'istioctl install --help' });

const kindOf = (document: Values | null | undefined): string =>
  typeof document?.['kind'] === 'string' ? document['kind'] : 'an empty file';

function at(values: Values, path: string): unknown {
  return path.split('.').reduce<unknown>((found, key) => (found as Values | undefined)?.[key], values);
}

function string(values: Values, path: string): string | undefined {
  const found = at(values, path);
  if (found === undefined || found === null) return undefined;
  return typeof found === 'string' ? found : JSON.stringify(found);
}

const strings = (values: unknown): Record<string, string> =>
  Object.fromEntries(Object.entries((values ?? {}) as Values).map(([name, value]) => [name, String(value)]));

function accounts(value: unknown): EcsAccount[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw invalid('spec.values.platforms.ecs.accounts must be a list');
  return value.map((account: Values) => {
    if (typeof account['domain'] !== 'string')
      throw invalid('each of spec.values.platforms.ecs.accounts needs a domain');
    const role = typeof account['role'] === 'string' ? account['role'] : 'default';
    return { role, domain: account['domain'] };
  });
}

/** Paths of everything that has a value; lists are values. */
function leaves(values: unknown, prefix = ''): string[] {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) return [prefix];
  return Object.entries(values).flatMap(([key, value]) => leaves(value, prefix ? `${prefix}.${key}` : key));
}

const covers = (known: string, path: string) =>
  known.endsWith('*') ? path.startsWith(known.slice(0, -1)) : path === known;
