import type { LoadBalancerTarget, Verdict } from '@meshbed/fabric';
import type { World } from '../context.ts';
import { Ec2State } from '../ec2/state.ts';
import type { NetworkLoadBalancer, Target, TargetGroup } from './state.ts';

export type TargetHealth =
  | { state: 'initial' | 'unused' | 'unhealthy'; reason: string; description: string }
  | { state: 'healthy' };

const unused: TargetHealth = {
  state: 'unused',
  reason: 'Target.NotInUse',
  description: 'Target group is not configured to receive traffic from the load balancer',
};

const initial: TargetHealth = {
  state: 'initial',
  reason: 'Elb.RegistrationInProgress',
  description: 'Target registration is in progress',
};

const unhealthy = (description: string): TargetHealth => ({
  state: 'unhealthy',
  reason: 'Target.FailedHealthChecks',
  description,
});

/** Where a target is in the network; undefined when nothing has its address any more. */
function placeOf({ fabric, stores }: World, group: TargetGroup, { id, port }: Target): LoadBalancerTarget | undefined {
  if (group.targetType === 'instance') {
    const instance = stores
      .all(Ec2State)
      .map(({ instances }) => instances.get(id))
      .find(Boolean);
    return instance && { eniId: instance.eniId, ip: instance.privateIp, port };
  }
  const eni = [...fabric.interfaces.values()].find(({ vpcId, ips }) => vpcId === group.vpcId && ips.includes(id));
  return eni && { eniId: eni.id, ip: id, port };
}

/** What a connection from the load balancer to the target's health check port meets now. */
export function healthOf(
  world: World,
  group: TargetGroup,
  target: Target,
  user: NetworkLoadBalancer | undefined,
): TargetHealth {
  if (!user) return unused;
  if (target.state === 'initial') return initial;
  const place = placeOf(world, group, target);
  if (!place) return unhealthy('Health checks failed: nothing has this address');
  const port = group.healthCheck.port === 'traffic-port' ? target.port : Number(group.healthCheck.port);
  const verdicts = user.dataPlane.enis.flatMap((eniId) => {
    const ip = world.fabric.interfaces.get(eniId)?.ips[0];
    return ip === undefined ? [] : [world.fabric.explain({ eniId, ip }, { ip: place.ip, port })];
  });
  const failed = verdicts.find(({ kind }) => kind !== 'connected');
  return failed ? unhealthy(`Health checks failed: ${reasonOf(failed)}`) : { state: 'healthy' };
}

const reasonOf = (verdict: Verdict) => (verdict.kind === 'connected' ? 'connected' : verdict.by.reason);

/** Where new connections go: to healthy targets, or to all when none is (a network load balancer fails open). */
export function routableTargets(world: World, group: TargetGroup, user: NetworkLoadBalancer): LoadBalancerTarget[] {
  const targets = [...group.targets.values()].filter(({ state }) => state !== 'initial');
  const healthy = targets.filter((target) => healthOf(world, group, target, user).state === 'healthy');
  return (healthy.length > 0 ? healthy : targets).flatMap((target) => placeOf(world, group, target) ?? []);
}
