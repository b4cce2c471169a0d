import { CloudFormationState } from '../cloudformation/state.ts';
import type { Context } from '../context.ts';
import { taggables } from '../ec2/operations/tags.ts';
import { ec2Arn } from '../ec2/rules.ts';
import { EcsState } from '../ecs/state.ts';
import { EksState } from '../eks/state.ts';
import { ClassicState } from '../elb/state.ts';
import { LoadBalancingState } from '../elbv2/state.ts';
import { LogsState } from '../logs/state.ts';

/** Something of the caller's in this region that can have tags. */
export interface Tagged {
  arn: string;
  tags: ReadonlyMap<string, string>;
}

/** By the service in their ARNs. */
const sources: Readonly<Record<string, (context: Context) => Iterable<Tagged>>> = {
  ec2: (context) => taggables(context).map(({ id, kind, tags }) => ({ arn: ec2Arn(context, kind, id), tags })),
  ecs(context) {
    const { clusters, families } = context.state(EcsState);
    const inClusters = [...clusters.values()].flatMap((each): Tagged[] => [
      each,
      ...each.services.values(),
      ...each.tasks.values(),
    ]);
    return [...inClusters, ...[...families.values()].flat()];
  },
  eks: (context) =>
    [...context.state(EksState).clusters.values()].flatMap((each) => [
      each,
      ...[each.nodegroups, each.addons, each.associations, each.accessEntries].flatMap((map): Tagged[] => [
        ...map.values(),
      ]),
    ]),
  elasticloadbalancing(context) {
    const { loadBalancers, targetGroups, listeners } = context.state(LoadBalancingState);
    const { region, account } = context;
    const classic = [...context.state(ClassicState).loadBalancers.values()].map(({ name, tags }) => ({
      arn: `arn:aws:elasticloadbalancing:${region}:${account}:loadbalancer/${name}`,
      tags,
    }));
    return [...loadBalancers.values(), ...targetGroups.values(), ...listeners.values(), ...classic];
  },
  logs: (context) => context.state(LogsState).groups.values(),
  cloudformation: (context) =>
    [...context.state(CloudFormationState).stacks.values()]
      .filter(({ status }) => status !== 'DELETE_COMPLETE')
      .map(({ id: arn, tags }) => ({ arn, tags })),
};

/** Everything that has tags, in the order of ARNs. IAM's roles are not in this API, as in AWS. */
export function taggedOf(context: Context): Tagged[] {
  return Object.values(sources)
    .flatMap((source) => [...source(context)].map(({ arn, tags }) => ({ arn, tags })))
    .filter(({ tags }) => tags.size > 0)
    .toSorted((one, other) => (one.arn < other.arn ? -1 : 1));
}
