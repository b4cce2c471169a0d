import { randomBytes } from 'node:crypto';
import type { Answer, Call } from '../arm/call.ts';
import type { ResourceType } from '../arm/provider.ts';
import { shown } from '../arm/resource.ts';
import { groupId, keyOf, resourceId } from '../arm/resource-id.ts';
import { conflict, invalid, missing, notModelled } from '../errors.ts';
import { refuseWhileDeleting } from '../resources/group-records.ts';
import { requireLocation } from '../resources/location.ts';
import { tagsOf } from '../resources/tags.ts';
import { bringUp } from './bring-up.ts';
import { kubeconfig } from './kubeconfig.ts';
import { minorVersion } from './kubernetes-versions.ts';
import { checkQuota, countOf, newPool, type PoolInput } from './pools.ts';
import type { ClusterRecord, PoolRecord } from './state.ts';
import { takeDown } from './take-down.ts';
import { clusterProperties as understood, networkProperties, refuseUnmodelled, shownOnly } from './unmodelled.ts';
import { containerVersions } from './versions.ts';
import { clusterProperties } from './views.ts';

export const namespace = 'Microsoft.ContainerService';
export const clusterType: string = `${namespace}/managedClusters`;

interface ClusterInput {
  kubernetesVersion?: string;
  dnsPrefix?: string;
  nodeResourceGroup?: string;
  agentPoolProfiles?: PoolInput[];
  networkProfile?: { serviceCidr?: string; dnsServiceIP?: string };
  [other: string]: unknown;
}

export const managedClusters: ResourceType = {
  versions: containerVersions,
  needsRegistration: true,
  list: ({ world, group, subscription }) => ({
    status: 200,
    body: { value: world.resources.ofType(group || `/subscriptions/${subscription}`, clusterType).map(shown) },
  }),
  get: (call) => ({ status: 200, body: shown(requireCluster(call)) }),
  put: (call) => {
    refuseWhileDeleting(call.world, call.group);
    const existing = findCluster(call);
    return existing ? update(call, existing) : create(call);
  },
  patch(call) {
    const cluster = requireCluster(call);
    cluster.tags = tagsOf(call.body());
    return { status: 200, body: shown(cluster) };
  },
  delete(call) {
    const cluster = findCluster(call);
    if (!cluster) return { status: 204 };
    if (cluster.state === 'Creating' || cluster.state === 'Updating') throw busy(cluster);
    const work = cluster.state === 'Deleting' ? Promise.resolve() : takeDown(call.world, cluster);
    return { status: 202, headers: begin(call, cluster, work) };
  },
  actions: {
    listclusterusercredential: (call) => credentials(call, 'user'),
    listclusteradmincredential: (call) => credentials(call, 'admin'),
  },
};

export function findCluster({ world, resource }: Pick<Call, 'world' | 'resource'>): ClusterRecord | undefined {
  return world.aks.get(keyOf(resource));
}

/** @throws ArmError ResourceNotFound */
export function requireCluster(call: Call, id: string = call.resource): ClusterRecord {
  const found = findCluster({ world: call.world, resource: id });
  if (found) return found;
  const name = id.split('/').at(-1) ?? '';
  throw missing(
    'ResourceNotFound',
    `The Resource '${clusterType}/${name}' under resource group '${call.id.group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );
}

export const busy = ({ name, state }: ClusterRecord): Error =>
  conflict(
    'OperationNotAllowed',
    `Operation is not allowed because there's an in progress operation on the managed cluster ${name} (${state}). Please wait for it to finish before starting a new operation.`,
  );

export const begin = (call: Call, cluster: ClusterRecord, work: Promise<unknown>): Record<string, string> =>
  call.world.operations.begin({
    subscription: call.subscription,
    namespace,
    location: cluster.location,
    version: call.version,
    work,
    result: () => (call.world.aks.has(keyOf(cluster.id)) ? shown(cluster) : undefined),
  });

function create(call: Call): Answer {
  const { world, subscription, group, name } = call;
  const body = call.body();
  const location = requireLocation(body, clusterType);
  const input = inputOf(body);
  checkName(name);
  const digits = String(10_000_000 + world.ids.integer(90_000_000));
  const site = { world, location, digits, usualMode: 'System' as const };
  const pools = (input.agentPoolProfiles ?? []).map((pool) => newPool(pool, site));
  requireSystemPool(pools);
  const id = resourceId(group, namespace, 'managedClusters', name);
  checkQuota(world, { subscription, location, id }, pools);
  const dnsPrefix = input.dnsPrefix ?? '';
  if (!/^[a-zA-Z0-9]([a-zA-Z0-9-]{0,52}[a-zA-Z0-9])?$/.test(dnsPrefix)) {
    throw invalid(
      'InvalidParameter',
      `The value of parameter dnsPrefix is invalid. Error details: '${dnsPrefix}' must have 1 to 54 letters, digits and hyphens, first and last a letter or digit.`,
    );
  }
  const nodeGroup = input.nodeResourceGroup || usualNodeGroup(call, name, location);
  if (world.resources.get(groupId(subscription, nodeGroup)))
    throw conflict('NodeResourceGroupAlreadyExists', `The node resource group ${nodeGroup} already exists.`);
  const cluster: ClusterRecord = {
    id,
    name,
    type: clusterType,
    location,
    tags: tagsOf(body),
    beside: {
      sku: { name: 'Base', tier: 'Free' },
      identity: { type: 'SystemAssigned', principalId: world.ids.uuid(), tenantId: world.directory.tenants[0]?.id },
    },
    properties: () => clusterProperties(cluster),
    subscription,
    group,
    state: 'Creating',
    error: undefined,
    version: minorVersion(input.kubernetesVersion ?? '', name),
    dnsPrefix,
    fqdn: `${dnsPrefix.toLowerCase()}-${world.ids.hex(8)}.hcp.${location}.azmk8s.io`,
    nodeGroup: groupId(subscription, nodeGroup),
    digits,
    pools,
    tokens: { user: secret(), admin: secret() },
    network: undefined,
    host: undefined,
    echo: echoOf(input),
  };
  world.aks.set(keyOf(id), cluster);
  world.resources.put(cluster);
  const headers = begin(call, cluster, bringUp(world, cluster));
  return { status: 201, body: shown(cluster), headers };
}

/** Keys, so not from the ids, which a seed makes predictable. */
const secret = () => randomBytes(32).toString('hex');

const longestNodeGroup = 80;

const usualNodeGroup = ({ id }: Call, name: string, location: string) =>
  `MC_${id.group}_${name}_${location}`.slice(0, longestNodeGroup);

function checkName(name: string): void {
  if (/^[0-9A-Za-z]([\w-]{0,61}[0-9A-Za-z])?$/.test(name)) return;
  throw invalid(
    'InvalidParameter',
    `The value of parameter name is invalid. Error details: the managed cluster name '${name}' must have 1 to 63 letters, digits, hyphens and underscores, first and last a letter or digit.`,
  );
}

function requireSystemPool(pools: readonly PoolRecord[]): void {
  if (pools.some(({ mode, count }) => mode === 'System' && count > 0)) return;
  throw invalid(
    'InvalidParameter',
    'Required parameter agentPoolProfiles is missing: must define at least one system pool.',
  );
}

/** @throws ArmError for members that would change behaviour and are not modelled */
function inputOf({ properties = {} }: Record<string, unknown>): ClusterInput {
  const input = Object.fromEntries(
    Object.entries(properties as ClusterInput).filter(([name]) => !shownOnly.includes(name)),
  ) as ClusterInput;
  refuseUnmodelled(input, understood, 'properties');
  const network = input.networkProfile ?? {};
  refuseUnmodelled(network, networkProperties, 'properties.networkProfile');
  if (network.serviceCidr && !/^\d+\.\d+\.0\.0\/16$/.test(network.serviceCidr))
    throw notModelled(`the service CIDR ${network.serviceCidr}: it has to be a /16`);
  return input;
}

/** What is shown again as it was given. */
function echoOf({ linuxProfile, networkProfile, storageProfile }: ClusterInput): Record<string, unknown> {
  const { networkPlugin: _, ...network } = (networkProfile ?? {}) as Record<string, unknown>;
  return {
    ...(linuxProfile ? { linuxProfile } : {}),
    ...(storageProfile ? { storageProfile } : {}),
    networkProfile: network,
  };
}

/** A second PUT: tags and sizes of pools; also the way to go on after a failure. */
function update(call: Call, cluster: ClusterRecord): Answer {
  const { world, subscription } = call;
  if (cluster.state !== 'Succeeded' && cluster.state !== 'Failed') throw busy(cluster);
  const body = call.body();
  const input = inputOf(body);
  refuseMove(cluster, requireLocation(body, clusterType));
  for (const name of ['dnsPrefix', 'nodeResourceGroup'] as const) refuseChange(cluster, name, input[name]);
  if (minorVersion(input.kubernetesVersion || cluster.version, cluster.name) !== cluster.version)
    throw notModelled(`upgrades of Kubernetes, here from ${cluster.version} to ${input.kubernetesVersion}`);
  const counts = countsOf(cluster, input.agentPoolProfiles ?? []);
  const pools = cluster.pools.map((pool) => ({ ...pool, count: counts.get(pool.name) ?? pool.count }));
  checkQuota(world, { subscription, location: cluster.location, id: cluster.id }, pools);
  for (const pool of cluster.pools) pool.count = counts.get(pool.name) ?? pool.count;
  cluster.tags = tagsOf(body);
  cluster.state = cluster.host ? 'Updating' : 'Creating';
  return { status: 200, body: shown(cluster), headers: begin(call, cluster, bringUp(world, cluster)) };
}

function refuseMove({ name, location, group }: ClusterRecord, wanted: string): void {
  if (wanted === location) return;
  throw conflict(
    'InvalidResourceLocation',
    `The resource '${name}' already exists in location '${location}' in resource group '${group.split('/').at(-1)}'. A resource with the same name cannot be created in location '${wanted}'. Please select a new resource name.`,
  );
}

function refuseChange(
  cluster: ClusterRecord,
  property: 'dnsPrefix' | 'nodeResourceGroup',
  wanted: string | undefined,
): void {
  const current = property === 'dnsPrefix' ? cluster.dnsPrefix : cluster.nodeGroup.split('/').at(-1);
  if (!wanted || wanted === current) return;
  throw invalid('PropertyChangeNotAllowed', `Changing property 'properties.${property}' is not allowed.`);
}

/** Pools come and go as resources of their own. */
function countsOf(cluster: ClusterRecord, pools: readonly PoolInput[]): Map<string, number> {
  return new Map(
    pools.map((pool) => {
      const existing = cluster.pools.find(({ name }) => name === pool.name);
      if (!existing) throw notModelled(`adding agent pool ${pool.name} with the cluster; use agentPools/${pool.name}`);
      return [existing.name, pool.count === undefined ? existing.count : countOf(pool, existing.mode)] as const;
    }),
  );
}

function credentials(call: Call, kind: 'user' | 'admin'): Answer {
  const cluster = requireCluster(call);
  if (!cluster.host) {
    const text = `The managed cluster ${cluster.name} is ${cluster.state}: its credentials are not available yet.`;
    throw conflict('ResourceNotReady', text);
  }
  const value = Buffer.from(kubeconfig(cluster, kind)).toString('base64');
  return { status: 200, body: { kubeconfigs: [{ name: kind === 'user' ? 'clusterUser' : 'clusterAdmin', value }] } };
}
