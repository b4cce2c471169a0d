import type { Context } from '../context.ts';
import { fail } from './errors.ts';
import { ClassicState, type ClassicLoadBalancer } from './state.ts';

export const balancersOf = (context: Context): Map<string, ClassicLoadBalancer> =>
  context.state(ClassicState).loadBalancers;

/** @throws AwsError LoadBalancerNotFound */
export function balancerNamed(context: Context, name: string | undefined): ClassicLoadBalancer {
  const found = balancersOf(context).get(name ?? '');
  if (!found) throw fail('AccessPointNotFoundException', `There is no ACTIVE Load Balancer named '${name}'`);
  return found;
}

const arn = ({ region, account }: Context, name = '*') =>
  `arn:aws:elasticloadbalancing:${region}:${account}:loadbalancer/${name}`;

/** For permission checks. */
export const onBalancer = {
  resources: ({ LoadBalancerName }: { LoadBalancerName?: string | undefined }, context: Context): string[] => [
    arn(context, LoadBalancerName),
  ],
};

export const onBalancers = {
  resources: ({ LoadBalancerNames }: { LoadBalancerNames?: string[] | undefined }, context: Context): string[] =>
    (LoadBalancerNames ?? ['*']).map((name) => arn(context, name)),
};
