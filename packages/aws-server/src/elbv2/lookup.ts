import type { Context } from '../context.ts';
import { fail } from './errors.ts';
import { type Listener, LoadBalancingState, type NetworkLoadBalancer, type TargetGroup } from './state.ts';

export const stateOf = (context: Context): LoadBalancingState => context.state(LoadBalancingState);

/** Load balancers that can be seen: not those that are being deleted. */
export const visible = (context: Context): NetworkLoadBalancer[] =>
  [...stateOf(context).loadBalancers.values()].filter(({ state }) => state !== 'deleting');

/** @throws AwsError LoadBalancerNotFound */
export function loadBalancerOf(context: Context, arn: string | undefined): NetworkLoadBalancer {
  const found = visible(context).find((candidate) => candidate.arn === arn);
  if (!found) throw fail('LoadBalancerNotFoundException', `Load balancer '${arn}' not found`);
  return found;
}

/** @throws AwsError TargetGroupNotFound */
export function targetGroupOf(context: Context, arn: string | undefined): TargetGroup {
  const found = stateOf(context).targetGroups.get(arn ?? '');
  if (!found) throw fail('TargetGroupNotFoundException', `Target groups '${arn}' not found`);
  return found;
}

/** @throws AwsError ListenerNotFound */
export function listenerOf(context: Context, arn: string | undefined): Listener {
  const found = stateOf(context).listeners.get(arn ?? '');
  if (!found) throw fail('ListenerNotFoundException', `Listener '${arn}' not found`);
  return found;
}

export const listenersOf = (context: Context, loadBalancerArn: string): Listener[] =>
  [...stateOf(context).listeners.values()].filter((listener) => listener.loadBalancerArn === loadBalancerArn);

/** The load balancers that forward to a group. */
export const usersOf = (context: Context, targetGroupArn: string): NetworkLoadBalancer[] => {
  const listeners = [...stateOf(context).listeners.values()].filter(
    (listener) => listener.targetGroupArn === targetGroupArn,
  );
  const arns = new Set(listeners.map(({ loadBalancerArn }) => loadBalancerArn));
  return visible(context).filter(({ arn }) => arns.has(arn));
};

export const elbArn = ({ region, account }: Context, resource: string): string =>
  `arn:aws:elasticloadbalancing:${region}:${account}:${resource}`;
