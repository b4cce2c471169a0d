import { messageOf } from '@meshbed/core';
import { LoadBalancer, type Subnet } from '@meshbed/fabric';
import type { Context } from '../context.ts';
import { onFabric } from '../ec2/errors.ts';
import { elbArn, listenersOf, stateOf } from './lookup.ts';
import { routableTargets } from './health.ts';
import type { NetworkLoadBalancer } from './state.ts';

export interface Blueprint {
  name: string;
  scheme: 'internal' | 'internet-facing';
  subnets: readonly Subnet[];
  groupIds: readonly string[];
  tags: Map<string, string>;
}

/** A network load balancer with an interface in each subnet; it answers when it is active. */
export function provision(context: Context, { name, scheme, subnets, groupIds, tags }: Blueprint): NetworkLoadBalancer {
  const { world, account: ownerId, region } = context;
  const id = world.ids.hex(16);
  const arn = elbArn(context, `loadbalancer/net/${name}/${id}`);
  const interfaces = subnets.map((subnet) =>
    createInterface(context, subnet, `ELB net/${name}/${id}`, { scheme, groupIds }),
  );
  const dataPlane = new LoadBalancer(world.fabric, {
    arn,
    name,
    dnsName: `${name}-${id}.elb.${region}.amazonaws.com`,
    scheme,
    vpcId: subnets[0]?.vpcId ?? '',
    enis: interfaces.map((eni) => eni.id),
    groupIds,
  });
  const created: NetworkLoadBalancer = {
    arn,
    name,
    state: 'provisioning',
    createdAtMs: world.clock.now(),
    subnetIds: subnets.map((subnet) => subnet.id),
    attributes: new Map([['deletion_protection.enabled', 'false']]),
    tags,
    dataPlane,
    pending: Promise.resolve(),
  };
  stateOf(context).loadBalancers.set(arn, created);
  world.fabric.loadBalancers.set(arn, dataPlane);
  world.log.write('elb', 'provisioning', { arn, ownerId });
  follow(context, created);
  return created;
}

function createInterface(
  { world, account: ownerId, region }: Context,
  { id: subnetId }: Subnet,
  description: string,
  { scheme, groupIds }: Pick<Blueprint, 'scheme' | 'groupIds'>,
) {
  const eni = onFabric(() =>
    world.fabric.createInterface({
      subnetId,
      groupIds,
      ownerId,
      region,
      description,
      interfaceType: 'network_load_balancer',
      requesterManaged: true,
      withPublicIp: scheme === 'internet-facing',
    }),
  );
  eni.requesterId = 'amazon-elb';
  eni.attachment = { id: `ela-attach-${world.ids.hex(17)}`, ownerId: 'amazon-aws' };
  return eni;
}

/** Its interfaces go later than it does: until then they block the deletion of subnets and groups. */
export function dismantle(context: Context, doomed: NetworkLoadBalancer): void {
  const { listeners } = stateOf(context);
  for (const { arn } of listenersOf(context, doomed.arn)) listeners.delete(arn);
  doomed.state = 'deleting';
  queue(context, doomed, () => doomed.dataPlane.close());
  follow(context, doomed);
}

function follow(context: Context, balancer: NetworkLoadBalancer): void {
  const { world } = context;
  const begun = balancer.state;
  world.transitions.follow('load-balancer', begun, (next) => {
    if (balancer.state !== begun) return undefined;
    if (next === 'active') {
      balancer.state = 'active';
      syncListeners(context, balancer);
    } else {
      stateOf(context).loadBalancers.delete(balancer.arn);
      world.fabric.loadBalancers.delete(balancer.arn);
      for (const eniId of balancer.dataPlane.enis) world.fabric.deleteInterface(eniId);
    }
    return undefined;
  });
}

/** Makes the data plane agree with the listeners, once the load balancer is active. */
export function syncListeners(context: Context, balancer: NetworkLoadBalancer): void {
  const { targetGroups } = stateOf(context);
  const { dataPlane } = balancer;
  dataPlane.listeners.clear();
  for (const { port, targetGroupArn } of listenersOf(context, balancer.arn)) {
    dataPlane.listeners.set(port, {
      targets: () => {
        const group = targetGroups.get(targetGroupArn);
        return group ? routableTargets(context.world, group, balancer) : [];
      },
    });
  }
  if (balancer.state === 'active') queue(context, balancer, () => dataPlane.open());
}

/** A data plane that fails is logged: the call that changed it has been answered. */
function queue({ world }: Context, balancer: NetworkLoadBalancer, change: () => Promise<void>): void {
  balancer.pending = balancer.pending.then(change).catch((error: unknown) => {
    world.log.write('elb', 'data plane failed', { arn: balancer.arn, message: messageOf(error) });
  });
}
