import { parse, parseAllDocuments } from 'yaml';
import { MeshbedError } from '@meshbed/core';

/** One AWS account whose ECS clusters istiod discovers: the role to assume (`default`: its own) and the domain of the hosts. */
export interface EcsAccount {
  role: string;
  domain: string;
}

/** What an IstioOperator document of this mesh says; everything else in it is refused, or ignored, by name. */
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

/** What a real mesh heeds and this one has no use for. Charts pass over values that they don't know, and so does this. */
const ignored = [
  'spec.values.*', 'spec.components.ingressGateways', 'spec.components.egressGateways', 'spec.components.base.*',
  'spec.components.ztunnel.*', 'spec.meshConfig.*', 'spec.installPackagePath', 'metadata.*',
]; // prettier-ignore

export interface OperatorOptions {
  defaults: { hub: string; tag: string };
  /** `path=value` below `spec`, as `--set` has them; they win. */
  settings?: readonly string[];
  /** Told what has no effect. */
  onIgnored?: (path: string) => void;
}

/**
 * Later documents win over earlier ones.
 * @throws MeshbedError `user/operator` for anything that is no IstioOperator of profile ambient.
 */
export function readOperator(
  texts: readonly string[],
  { defaults, settings = [], onIgnored }: OperatorOptions,
): Installation {
  const documents = texts.map((text) => operatorIn(text));
  const document = [...documents, ...settings.map(setting)].reduce(merged, {});
  for (const path of leaves(document)) {
    if (understood.some((known) => covers(known, path))) continue;
    if (!ignored.some((known) => covers(known, path))) throw invalid(`${path} is not supported by this istioctl`);
    onIgnored?.(path);
  }
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

function operatorIn(text: string): Values {
  const [document] = parseAllDocuments(text).map((each) => each.toJS() as Values | null);
  if (document?.['kind'] !== 'IstioOperator') throw invalid(`expected kind IstioOperator, not ${kindOf(document)}`);
  return document;
}

/** `values.global.network=eks` as a document. */
function setting(assignment: string): Values {
  const [path = '', ...value] = assignment.split('=');
  if (path === '' || value.length === 0) throw invalid(`--set ${assignment} is not of the form path=value`);
  const found: unknown = parse(value.join('='));
  const nested = path
    .split(/(?<!\\)\./)
    .reduceRight<unknown>((inner, key) => ({ [key.replaceAll('\\.', '.')]: inner }), found);
  return { spec: nested };
}

function merged(base: Values, over: Values): Values {
  const both = Object.entries(over).map(([key, value]) => {
    const below = base[key];
    return [key, isValues(below) && isValues(value) ? merged(below, value) : value];
  });
  return { ...base, ...(Object.fromEntries(both) as Values) };
}

const isValues = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

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
