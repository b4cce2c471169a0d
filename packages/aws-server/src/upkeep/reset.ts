import { seedAccounts } from '../accounts/index.ts';
import type { World } from '../context.ts';
import { engineOf } from '../ecs/engine.ts';
import { type ClusterRecord, EcsState } from '../ecs/state.ts';
import { EksState } from '../eks/state.ts';
import type { AccountOptions } from '../accounts/index.ts';

/** Makes an account as new: everything in it goes at once, the keys of its administrators stay. */
export async function resetAccount(world: World, account: AccountOptions): Promise<void> {
  const { stores, credentials, ids, kubernetes } = world;
  const own = ({ account: id }: { account: string }) => id === account.id;
  const ecs = stores.all(EcsState).flatMap(({ clusters }) => [...clusters.values()].filter(own));
  const eks = stores.all(EksState).flatMap(({ clusters }) => [...clusters.values()].filter(own));
  await Promise.all(ecs.map((cluster) => emptyEcsCluster(world, cluster)));
  await Promise.all(eks.map(({ name }) => kubernetes.deleteCluster(name)));
  await clearNetwork(world, account.id);
  stores.forget(account.id);
  credentials.forgetSessions(account.id);
  seedAccounts([account], { stores, credentials, ids });
  world.log.write('sandbox', 'account reset', { account: account.id });
}

/** Ends the services and tasks of an ECS cluster at once; the cluster stays. */
export async function emptyEcsCluster(world: World, cluster: ClusterRecord): Promise<void> {
  const { runner } = engineOf(world);
  for (const service of cluster.services.values()) Object.assign(service, { status: 'INACTIVE', desiredCount: 0 });
  const tasks = [...cluster.tasks.values()].filter(({ lastStatus }) => lastStatus !== 'STOPPED');
  for (const task of tasks) runner.stop(task, 'UserInitiated', 'The sandbox was reset.');
  await Promise.all(tasks.flatMap(({ workload }) => workload?.stop(0) ?? []));
  for (const { eni } of tasks) if (eni) world.fabric.deleteInterface(eni.id);
  cluster.services.clear();
  cluster.tasks.clear();
}

/** The ECS cluster of that name, in whichever account. */
export function findEcsCluster({ stores }: World, name: string): ClusterRecord | undefined {
  const found = stores.all(EcsState).map(({ clusters }) => clusters.get(name));
  return found.find((cluster) => cluster?.status === 'ACTIVE');
}

async function clearNetwork({ fabric }: World, account: string): Promise<void> {
  const { vpcs, subnets, internetGateways, elasticIps, natGateways, routeTables, securityGroups, peerings } = fabric;
  const balancers = [...fabric.loadBalancers].filter(([arn]) => arn.split(':')[4] === account);
  await Promise.all(balancers.map(([, balancer]) => balancer.close()));
  for (const [arn] of balancers) fabric.loadBalancers.delete(arn);
  for (const { id, ownerId } of fabric.interfaces.values()) if (ownerId === account) fabric.deleteInterface(id);
  for (const [id, { requesterOwnerId, accepterOwnerId }] of peerings)
    if ([requesterOwnerId, accepterOwnerId].includes(account)) peerings.delete(id);
  const owned: Map<string, { ownerId: string }>[] = [
    vpcs,
    subnets,
    internetGateways,
    elasticIps,
    natGateways,
    routeTables,
    securityGroups,
  ];
  for (const objects of owned) for (const [id, { ownerId }] of objects) if (ownerId === account) objects.delete(id);
}
