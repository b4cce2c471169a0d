import type { World } from '../context.ts';
import { onFabric } from './errors.ts';
import { Ec2State, type Instance } from './state.ts';

export interface LaunchRequest {
  account: string;
  region: string;
  subnetId: string;
  groupIds: readonly string[];
  instanceType: string;
  tags: Map<string, string>;
  instanceProfileArn?: string;
  onTerminated?: () => void;
}

/** Nodes of every Kubernetes version have the one image that there is. */
export const nodeImage = 'ami-0a1b2c3d4e5f60718';

/** A machine with one interface, as a node group's scaling group starts them. It is running when its state says so. */
export function launchInstance(world: World, request: LaunchRequest): Instance {
  const { account: ownerId, region, subnetId, groupIds, tags, instanceProfileArn, onTerminated } = request;
  const id = `i-${world.ids.hex(17)}`;
  const withPublicIp = world.fabric.subnets.get(subnetId)?.mapPublicIpOnLaunch ?? false;
  const place = { subnetId, groupIds, ownerId, region, description: '', withPublicIp };
  const eni = onFabric(() => world.fabric.createInterface(place));
  eni.attachment = { id: `eni-attach-${world.ids.hex(17)}`, instanceId: id, ownerId };
  const instance: Instance = {
    id,
    ownerId,
    region,
    tags,
    instanceType: request.instanceType,
    imageId: nodeImage,
    state: 'pending',
    subnetId,
    vpcId: eni.vpcId,
    zone: world.fabric.subnets.get(subnetId)?.zone ?? '',
    eniId: eni.id,
    privateIp: eni.ips[0] ?? '',
    launchedAtMs: world.clock.now(),
    ...(instanceProfileArn === undefined ? {} : { instanceProfileArn }),
    ...(onTerminated === undefined ? {} : { onTerminated }),
  };
  world.stores.of(Ec2State, ownerId, region).instances.set(id, instance);
  follow(world, instance);
  return instance;
}

/** Begins the end of an instance; its interface goes when it is terminated. */
export function terminateInstance(world: World, instance: Instance, reason: string): void {
  if (instance.state === 'shutting-down' || instance.state === 'terminated') return;
  instance.state = 'shutting-down';
  instance.stateReason = reason;
  follow(world, instance);
}

function follow(world: World, instance: Instance): void {
  const begun = instance.state;
  world.transitions.follow('instance', begun, (next) => {
    if (instance.state !== begun) return undefined;
    instance.state = next as Instance['state'];
    if (instance.state === 'terminated') {
      instance.terminatedAtMs = world.clock.now();
      world.fabric.deleteInterface(instance.eniId);
      instance.onTerminated?.();
    }
    return undefined;
  });
}
