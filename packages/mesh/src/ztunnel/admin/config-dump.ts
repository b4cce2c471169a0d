/** ztunnel's `/config_dump`, which `istioctl ztunnel-config` reads. */
import { type Authorization, type Match, policyKey, type StringMatch } from '@meshbed/policy/istio';
import type { TlsMaterial } from '@meshbed/hbone';
import { X509Certificate } from 'node:crypto';
import type { MeshState } from '../state/index.ts';
import { type GatewayAddress, type Service, serviceKey, type Workload } from '../state/types.ts';

export interface CertificateState {
  identity: string;
  material: TlsMaterial | undefined;
  /** Why there is none. */
  error?: string;
}

interface ProxiedPod {
  name: string;
  namespace: string;
  serviceAccount: string;
}

export interface DumpSource {
  state: MeshState;
  certificates: readonly CertificateState[];
  /** Workloads that a shared ztunnel works for, by uid. */
  proxied?: ReadonlyMap<string, ProxiedPod>;
  config: Readonly<Record<string, string>>;
  version: string;
}

export function configDump({ state, certificates, proxied, config, version }: DumpSource): object {
  return {
    workloads: sorted([...state.workloads.values()], ({ uid }) => uid).map(workloadDump),
    services: sorted([...state.services.values()], ({ hostname }) => hostname).map((service) =>
      serviceDump(state, service),
    ),
    policies: sorted([...state.policies.values()], policyKey).map(policyDump),
    certificates: sorted(certificates, ({ identity }) => identity).map(certificateDump),
    stagedServices: {},
    staticConfig: { workloads: [], services: [], policies: [] },
    version: { version, istioVersion: version, buildProfile: 'meshbed' },
    config,
    ...(proxied && {
      workloadState: Object.fromEntries([...proxied].map(([uid, pod]) => [uid, { state: 'Up', info: infoOf(pod) }])),
    }),
  };
}

const infoOf = ({ name, namespace, serviceAccount }: ProxiedPod) => ({ name, namespace, serviceAccount });

const sorted = <T>(values: readonly T[], key: (value: T) => string): T[] =>
  values.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));

/** ztunnel leaves out what is empty. */
const without = (object: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(
    Object.entries(object).filter(
      ([, value]) => value !== '' && value !== undefined && value !== false && !isEmptyList(value),
    ),
  );
const isEmptyList = (value: unknown) => Array.isArray(value) && value.length === 0;

const gatewayDump = (gateway: GatewayAddress | undefined) =>
  gateway && {
    destination:
      gateway.destination.kind === 'address'
        ? `${gateway.destination.address.network}/${gateway.destination.address.ip}`
        : `${gateway.destination.namespace}/${gateway.destination.hostname}`,
    hboneMtlsPort: gateway.hboneMtlsPort,
  };

function workloadDump(workload: Workload): object {
  const { region, zone, subzone } = workload.locality;
  return {
    workloadIps: workload.addresses,
    ...without({
      waypoint: gatewayDump(workload.waypoint),
      networkGateway: gatewayDump(workload.networkGateway),
    }),
    protocol: workload.protocol,
    networkMode: workload.networkMode,
    ...without({ uid: workload.uid }),
    name: workload.name,
    namespace: workload.namespace,
    ...without({
      trustDomain: workload.trustDomain,
      serviceAccount: workload.serviceAccount,
      network: workload.network,
      workloadName: workload.workloadName,
      workloadType: workload.workloadType,
      canonicalName: workload.canonicalName,
      canonicalRevision: workload.canonicalRevision,
      hostname: workload.hostname,
      node: workload.node,
      nativeTunnel: workload.nativeTunnel,
      authorizationPolicies: workload.authorizationPolicies,
    }),
    status: workload.status,
    clusterId: workload.clusterId,
    ...(region || zone || subzone ? { locality: without({ region, zone, subzone }) } : {}),
    ...without({ services: [...workload.services.keys()] }),
    capacity: workload.capacity,
  };
}

function serviceDump(state: MeshState, service: Service): object {
  const endpoints = state.endpointsOf(service).map((workload) => {
    const port = Object.fromEntries(workload.services.get(serviceKey(service)) ?? []);
    return [workload.uid, { workloadUid: workload.uid, port, status: workload.status }];
  });
  return {
    name: service.name,
    namespace: service.namespace,
    hostname: service.hostname,
    vips: service.vips.map(({ network, ip }) => `${network}/${ip}`),
    ports: Object.fromEntries(service.ports),
    endpoints: Object.fromEntries(endpoints) as object,
    subjectAltNames: service.subjectAltNames,
    ...without({ waypoint: gatewayDump(service.waypoint), loadBalancer: service.loadBalancer }),
    canonical: service.canonical,
    visibility: 'Public',
  };
}

const scopes: Record<Authorization['scope'], string> = {
  GLOBAL: 'Global',
  NAMESPACE: 'Namespace',
  WORKLOAD_SELECTOR: 'WorkloadSelector',
};

const policyDump = (policy: Authorization): object => ({
  name: policy.name,
  namespace: policy.namespace,
  scope: scopes[policy.scope],
  action: policy.action === 'ALLOW' ? 'Allow' : 'Deny',
  rules: policy.rules.map(({ clauses }) => clauses.map(({ matches }) => matches.map(matchDump))),
  dryRun: policy.dryRun,
});

const stringFields = ['namespaces', 'notNamespaces', 'principals', 'notPrincipals'] as const;
const addressFields = ['sourceIps', 'notSourceIps', 'destinationIps', 'notDestinationIps'] as const;

function matchDump(match: Match): object {
  const strings = stringFields.map((field) => [field, match[field]?.map(stringDump)]);
  const addresses = addressFields.map((field) => [
    field,
    match[field]?.map(({ address, length }) => `${address}/${length}`),
  ]);
  return without({ ...match, ...Object.fromEntries([...strings, ...addresses]) });
}

function stringDump({ exact, prefix, suffix }: StringMatch): object {
  if (exact !== undefined) return { Exact: exact };
  if (prefix !== undefined) return { Prefix: prefix };
  return suffix === undefined ? { Presence: [] } : { Suffix: suffix };
}

function certificateDump({ identity, material, error }: CertificateState): object {
  const state = material ? 'Available' : error === undefined ? 'Initializing' : `Unavailable: ${error}`;
  return {
    identity,
    state,
    certChain: material ? pemBlocks(material.certChainPem).map(certified) : [],
    rootCerts: material ? pemBlocks(material.rootsPem).map(certified) : [],
  };
}

const pemBlocks = (text: string): string[] =>
  text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/g) ?? [];

const rfc3339 = (date: Date) => `${date.toISOString().slice(0, 19)}Z`;

function certified(pem: string): object {
  const { serialNumber, validFromDate, validToDate } = new X509Certificate(pem);
  return {
    pem: Buffer.from(pem).toString('base64'),
    serialNumber: BigInt(`0x${serialNumber}`).toString(),
    validFrom: rfc3339(validFromDate),
    expirationTime: rfc3339(validToDate),
  };
}
