import { CloudFormationState } from '../cloudformation/state.ts';
import type { Context } from '../context.ts';
import { fabricKinds, own } from '../ec2/objects.ts';
import { peeringTags, visiblePeerings } from '../ec2/peerings.ts';
import { Ec2State } from '../ec2/state.ts';
import { EcsState } from '../ecs/state.ts';
import { EksState } from '../eks/state.ts';
import { ClassicState } from '../elb/state.ts';
import { LoadBalancingState } from '../elbv2/state.ts';
import { LogsState } from '../logs/state.ts';

/** Something with tags, whichever service it is of. */
export interface Tagged {
  arn: string;
  tags: ReadonlyMap<string, string>;
}

type Source = (context: Context) => readonly Tagged[];

const arnOf = ({ region, account }: Context, service: string, rest: string) =>
  `arn:aws:${service}:${region}:${account}:${rest}`;

const ec2: Source = (context) => {
  const named = (kind: string, id: string, tags: ReadonlyMap<string, string>) => ({
    arn: arnOf(context, 'ec2', `${kind}/${id}`),
    tags,
  });
  const { instances, launchTemplates } = context.state(Ec2State);
  const gone = new Set(own(context, 'natgateway').flatMap(({ id, state }) => (state === 'deleted' ? [id] : [])));
  return [
    ...fabricKinds.flatMap((kind) => own(context, kind).map(({ id, tags }) => named(kind, id, tags))),
    ...visiblePeerings(context).map((peering) =>
      named(
        'vpc-peering-connection',
        peering.id,
        peering.status === 'deleted' ? new Map() : peeringTags(context, peering),
      ),
    ),
    ...[...instances.values()].flatMap(({ id, tags, state }) =>
      state === 'terminated' ? [] : [named('instance', id, tags)],
    ),
    ...[...launchTemplates.values()].map(({ id, tags }) => named('launch-template', id, tags)),
  ].filter(({ arn }) => !gone.has(arn.split('/')[1] ?? ''));
};

const ecs: Source = (context) => {
  const { clusters, families } = context.state(EcsState);
  return [
    ...[...clusters.values()].flatMap(({ status, services, tasks, ...cluster }) => [
      ...(status === 'ACTIVE' ? [cluster] : []),
      ...[...services.values()].filter((each) => each.status !== 'INACTIVE'),
      ...[...tasks.values()].filter(({ lastStatus }) => lastStatus !== 'STOPPED'),
    ]),
    ...[...families.values()].flat().filter(({ status }) => status === 'ACTIVE'),
  ];
};

const eks: Source = (context) =>
  [...context.state(EksState).clusters.values()].flatMap((cluster) => [
    cluster,
    ...[cluster.nodegroups, cluster.addons, cluster.associations, cluster.accessEntries].flatMap((map) => [
      ...(map as ReadonlyMap<string, Tagged>).values(),
    ]),
  ]);

const loadBalancing: Source = (context) => {
  const { loadBalancers, targetGroups, listeners } = context.state(LoadBalancingState);
  return [
    ...[...context.state(ClassicState).loadBalancers.values()].map(({ name, tags }) => ({
      arn: arnOf(context, 'elasticloadbalancing', `loadbalancer/${name}`),
      tags,
    })),
    ...[...loadBalancers.values()].filter(({ state }) => state !== 'deleting'),
    ...targetGroups.values(),
    ...listeners.values(),
  ];
};

const stacks: Source = (context) =>
  [...context.state(CloudFormationState).stacks.values()].flatMap(({ id, tags, status }) =>
    status === 'DELETE_COMPLETE' ? [] : [{ arn: id, tags }],
  );

/** IAM is missing: the real API has its resources in us-east-1 only, and no roles. */
const sources: readonly Source[] = [
  ec2,
  ecs,
  eks,
  loadBalancing,
  (context) => [...context.state(LogsState).groups.values()],
  stacks,
];

/** What carries a tag in the caller's account and region, by ARN. */
export const taggedOf = (context: Context): Tagged[] =>
  sources
    .flatMap((source) => source(context))
    .filter(({ tags }) => tags.size > 0)
    .map(({ arn, tags }) => ({ arn, tags }))
    .toSorted((a, b) => (a.arn < b.arn ? -1 : 1));
