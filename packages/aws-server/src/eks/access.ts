import type { Principal } from '../accounts/index.ts';
import type { World } from '../context.ts';
import { accessEntryArn } from './arns.ts';
import type { AccessEntryRecord, ClusterRecord } from './state.ts';
import { EksState } from './state.ts';

export const administratorPolicy = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy';

/** Access policies on offer, by name. */
export const accessPolicyNames: readonly string[] = [
  'AmazonEKSClusterAdminPolicy',
  'AmazonEKSAdminPolicy',
  'AmazonEKSEditPolicy',
  'AmazonEKSViewPolicy',
  'AmazonEKSAdminViewPolicy',
];

/** The IAM user or role behind a caller: entries name roles, not their sessions. */
export const entryPrincipal = (principal: Principal): string =>
  principal.kind === 'role-session' ? principal.roleArn : principal.arn;

export interface EntryOptions {
  principalArn: string;
  type: string;
  groups?: string[];
  username?: string | undefined;
  tags?: Map<string, string>;
}

export function addEntry({ clock, ids }: World, cluster: ClusterRecord, options: EntryOptions): AccessEntryRecord {
  const { principalArn, type, groups = [], tags = new Map<string, string>() } = options;
  const nowMs = clock.now();
  const entry: AccessEntryRecord = {
    principalArn,
    arn: accessEntryArn(cluster, principalArn, ids.uuid()),
    type,
    username: options.username ?? usernameOf(principalArn, type),
    groups,
    createdAtMs: nowMs,
    modifiedAtMs: nowMs,
    policies: new Map(),
    tags,
  };
  cluster.accessEntries.set(principalArn, entry);
  return entry;
}

/** Nodes are known by their host name, roles by their sessions. */
function usernameOf(principalArn: string, type: string): string {
  if (type !== 'STANDARD') return 'system:node:{{EC2PrivateDNSName}}';
  const [, , , , account, resource = ''] = principalArn.split(':');
  if (!resource.startsWith('role/')) return principalArn;
  return `arn:aws:sts::${account}:assumed-role/${resource.split('/').at(-1)}/{{SessionName}}`;
}

/** Whoever makes a cluster administers it. */
export function addCreator(world: World, cluster: ClusterRecord, principal: Principal): void {
  const entry = addEntry(world, cluster, { principalArn: entryPrincipal(principal), type: 'STANDARD' });
  const nowMs = world.clock.now();
  entry.policies.set(administratorPolicy, {
    type: 'cluster',
    namespaces: [],
    associatedAtMs: nowMs,
    modifiedAtMs: nowMs,
  });
}

/** Nodes of a managed group join with the role of their instances. */
export function admitNodes(world: World, cluster: ClusterRecord, nodeRole: string): void {
  if (cluster.accessEntries.has(nodeRole)) return;
  addEntry(world, cluster, { principalArn: nodeRole, type: 'EC2_LINUX', groups: ['system:nodes'] });
}

/** What an IAM principal is in a cluster. */
export interface ClusterAccess {
  username: string;
  groups: readonly string[];
  /** Names of access policies that hold in the whole cluster, or in the given namespaces. */
  policies: readonly { name: string; namespaces: readonly string[] }[];
}

/** For the cluster's authentication: the access entry of a caller; undefined when there is none. */
export function clusterAccess(world: World, clusterArn: string, principal: Principal): ClusterAccess | undefined {
  const [, , , region, account = '', resource = ''] = clusterArn.split(':');
  const cluster = world.stores.of(EksState, account, region).clusters.get(resource.split('/').at(-1) ?? '');
  const entry = cluster?.accessEntries.get(entryPrincipal(principal));
  if (!entry) return undefined;
  const session = principal.kind === 'role-session' ? principal.sessionName : '';
  return {
    username: entry.username.replace('{{SessionName}}', session),
    groups: entry.groups,
    policies: [...entry.policies].map(([arn, { namespaces }]) => ({ name: arn.split('/').at(-1) ?? '', namespaces })),
  };
}
