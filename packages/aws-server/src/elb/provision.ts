import { messageOf } from '@meshbed/core';
import { LoadBalancer, type LoadBalancerTarget, type NetworkInterface, type Subnet } from '@meshbed/fabric';
import type { Context } from '../context.ts';
import { onFabric } from '../ec2/errors.ts';
import { Ec2State } from '../ec2/state.ts';
import { balancersOf } from './lookup.ts';
import type { ClassicListener, ClassicLoadBalancer } from './state.ts';

export interface Blueprint {
  name: string;
  scheme: 'internal' | 'internet-facing';
  subnets: readonly Subnet[];
  groupIds: readonly string[];
  listeners: ClassicListener[];
  tags: Map<string, string>;
}

/** A classic load balancer with an interface in each subnet. Its name can be used at once. */
export function provision(context: Context, blueprint: Blueprint): ClassicLoadBalancer {
  const { world, region } = context;
  const { name, scheme, subnets, groupIds, listeners, tags } = blueprint;
  const number = world.ids.integer(2 ** 31);
  const dataPlane = new LoadBalancer(world.fabric, {
    arn: `classic/${context.account}/${region}/${name}`,
    name,
    dnsName: `${scheme === 'internal' ? 'internal-' : ''}${name}-${number}.${region}.elb.amazonaws.com`,
    scheme,
    vpcId: subnets[0]?.vpcId ?? '',
    enis: subnets.map((subnet) => createInterface(context, subnet, blueprint).id),
    groupIds,
  });
  const created: ClassicLoadBalancer = {
    name,
    createdAtMs: world.clock.now(),
    subnetIds: subnets.map(({ id }) => id),
    listeners,
    instanceIds: [],
    healthCheck: {
      target: `TCP:${listeners[0]?.instancePort ?? 80}`,
      intervalSeconds: 30,
      timeoutSeconds: 5,
      unhealthyThreshold: 2,
      healthyThreshold: 10,
    },
    tags,
    dataPlane,
    pending: Promise.resolve(),
  };
  balancersOf(context).set(name, created);
  world.fabric.loadBalancers.set(dataPlane.arn, dataPlane);
  syncListeners(context, created);
  return created;
}

function createInterface(context: Context, { id: subnetId }: Subnet, blueprint: Blueprint): NetworkInterface {
  const { world, account: ownerId, region } = context;
  const { name, scheme, groupIds } = blueprint;
  const eni = onFabric(() =>
    world.fabric.createInterface({
      subnetId,
      groupIds,
      ownerId,
      region,
      description: `ELB ${name}`,
      requesterManaged: true,
      withPublicIp: scheme === 'internet-facing',
    }),
  );
  eni.requesterId = 'amazon-elb';
  eni.attachment = { id: `eni-attach-${world.ids.hex(17)}`, ownerId: 'amazon-elb' };
  return eni;
}

/** Gone from the lists at once; its interfaces go later and block subnets and groups until then. */
export function dismantle(context: Context, doomed: ClassicLoadBalancer): void {
  const { world } = context;
  const { dataPlane } = doomed;
  balancersOf(context).delete(doomed.name);
  queue(context, doomed, () => dataPlane.close());
  world.transitions.follow('load-balancer', 'deleting', () => {
    world.fabric.loadBalancers.delete(dataPlane.arn);
    for (const eniId of dataPlane.enis) world.fabric.deleteInterface(eniId);
    return undefined;
  });
}

/** Makes the data plane agree with the listeners. */
export function syncListeners(context: Context, balancer: ClassicLoadBalancer): void {
  const { dataPlane } = balancer;
  dataPlane.listeners.clear();
  for (const { port, instancePort } of balancer.listeners) {
    dataPlane.listeners.set(port, { targets: () => healthyTargets(context, balancer, instancePort) });
  }
  queue(context, balancer, () => dataPlane.open());
}

const healthyTargets = (context: Context, balancer: ClassicLoadBalancer, port: number): LoadBalancerTarget[] =>
  balancer.instanceIds.flatMap((id) => {
    const instance = context.state(Ec2State).instances.get(id);
    if (!instance || !isInService(context, balancer, id)) return [];
    return { eniId: instance.eniId, ip: instance.privateIp, port };
  });

/** Whether a connection to the port of the health check would be made now. */
export function isInService(context: Context, balancer: ClassicLoadBalancer, instanceId: string): boolean {
  const { world } = context;
  const instance = context.state(Ec2State).instances.get(instanceId);
  if (instance?.state !== 'running') return false;
  const port = Number(balancer.healthCheck.target.split(/[:/]/)[1]);
  return balancer.dataPlane.enis.every((eniId) => {
    const ip = world.fabric.interfaces.get(eniId)?.ips[0];
    if (ip === undefined) return false;
    return world.fabric.explain({ eniId, ip }, { ip: instance.privateIp, port }).kind === 'connected';
  });
}

/** A data plane that fails is logged: the call that changed it has been answered. */
function queue({ world }: Context, balancer: ClassicLoadBalancer, change: () => Promise<void>): void {
  balancer.pending = balancer.pending.then(change).catch((error: unknown) => {
    world.log.write('elb', 'data plane failed', { name: balancer.name, message: messageOf(error) });
  });
}
