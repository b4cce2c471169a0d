import type { World } from '../context.ts';
import { EcsState } from '../ecs/state.ts';
import { EksState } from '../eks/state.ts';
import { LoadBalancingState } from '../elbv2/state.ts';
import { IamState } from '../iam/state.ts';
import { LogsState } from '../logs/state.ts';

/** One thing that exists in an account. */
export interface InventoryItem {
  account: string;
  /** `ec2`, `ecs`, … */
  service: string;
  /** `vpc`, `task`, … */
  type: string;
  /** Id or ARN. */
  id: string;
  name?: string;
  state?: string;
}

/** Everything that exists in the accounts, as far as people make it. */
export function inventory({ fabric, stores }: World): InventoryItem[] {
  return [...network(fabric), ...containers(stores), ...clusters(stores), ...identity(stores), ...others(stores)];
}

interface Owned {
  id: string;
  ownerId: string;
  tags: ReadonlyMap<string, string>;
  state?: string;
}

function network(fabric: World['fabric']): InventoryItem[] {
  const kinds: Record<string, ReadonlyMap<string, Owned>> = {
    vpc: fabric.vpcs,
    subnet: fabric.subnets,
    'internet-gateway': fabric.internetGateways,
    'elastic-ip': fabric.elasticIps,
    'nat-gateway': fabric.natGateways,
    'route-table': fabric.routeTables,
    'security-group': fabric.securityGroups,
    'network-interface': fabric.interfaces,
  };
  const owned = Object.entries(kinds).flatMap(([type, objects]) =>
    [...objects.values()].map((each) => ({
      ...item(each.ownerId, 'ec2', type, each.id),
      ...optional({ name: each.tags.get('Name'), state: each.state }),
    })),
  );
  const peerings = [...fabric.peerings.values()].map(({ id, requesterOwnerId, status }) => ({
    ...item(requesterOwnerId, 'ec2', 'vpc-peering-connection', id),
    state: status,
  }));
  return [...owned, ...peerings];
}

function containers(stores: World['stores']): InventoryItem[] {
  const all = stores.all(EcsState).flatMap((state) => [...state.clusters.values()]);
  return all.flatMap(({ account, arn, name, status, services, tasks }) => [
    { ...item(account, 'ecs', 'cluster', arn), name, state: status },
    ...[...services.values()].map((each) => ({
      ...item(account, 'ecs', 'service', each.arn),
      name: each.name,
      state: each.status,
    })),
    ...[...tasks.values()].map((each) => ({
      ...item(account, 'ecs', 'task', each.arn),
      name: each.group,
      state: each.lastStatus,
    })),
  ]);
}

function clusters(stores: World['stores']): InventoryItem[] {
  const all = stores.all(EksState).flatMap((state) => [...state.clusters.values()]);
  return all.flatMap(({ account, arn, name, status, nodegroups }) => [
    { ...item(account, 'eks', 'cluster', arn), name, state: status },
    ...[...nodegroups.values()].map((each) => ({
      ...item(account, 'eks', 'nodegroup', each.arn),
      name: each.name,
      state: each.status,
    })),
  ]);
}

function identity(stores: World['stores']): InventoryItem[] {
  return stores
    .all(IamState)
    .flatMap(({ roles, policies }) => [
      ...[...roles.values()].map(({ arn, name }) => ({ ...item(accountOf(arn), 'iam', 'role', arn), name })),
      ...[...policies.values()].map(({ arn, name }) => ({ ...item(accountOf(arn), 'iam', 'policy', arn), name })),
    ]);
}

function others(stores: World['stores']): InventoryItem[] {
  const balancers = stores.all(LoadBalancingState).flatMap(({ loadBalancers }) => [...loadBalancers.values()]);
  const groups = stores.all(LogsState).flatMap((state) => [...state.groups.values()]);
  return [
    ...balancers.map(({ arn, name, state }) => ({
      ...item(accountOf(arn), 'elasticloadbalancing', 'load-balancer', arn),
      name,
      state,
    })),
    ...groups.map(({ arn, name }) => ({ ...item(accountOf(arn), 'logs', 'log-group', arn), name })),
  ];
}

const item = (account: string, service: string, type: string, id: string): InventoryItem => ({
  account,
  service,
  type,
  id,
});

const accountOf = (arn: string) => arn.split(':')[4] ?? '';

/** Without the fields that have no value. */
function optional(fields: { name: string | undefined; state: string | undefined }): { name?: string; state?: string } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
