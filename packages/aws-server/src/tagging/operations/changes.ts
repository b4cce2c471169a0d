import type * as Tagging from '@aws-sdk/client-resource-groups-tagging-api';
import { messageOf } from '@meshbed/core';
import type { Context } from '../../context.ts';
import { AwsError } from '../../errors.ts';
import type { ServiceParts } from '../../service.ts';
import { tagList } from '../../tags.ts';
import { tagsFromRecord, tagsToList } from '../../tag-records.ts';
import { invalid } from '../errors.ts';

type Tags = ReadonlyMap<string, string>;

/** The call of its own service by which a resource is tagged. */
interface Calls {
  service: string;
  add: (arn: string, tags: Tags) => [operation: string, input: object];
  remove: (arn: string, keys: readonly string[]) => [operation: string, input: object];
}

const idOf = (arn: string) => arn.split('/').at(-1) ?? '';

/** Services that take ARNs differ in how they spell tags. */
const byArn = (service: string, spelled: (tags: Tags) => object): Calls => ({
  service,
  add: (resourceArn, tags) => ['TagResource', { resourceArn, tags: spelled(tags) }],
  remove: (resourceArn, tagKeys) => ['UntagResource', { resourceArn, tagKeys }],
});

const keyed = (keys: readonly string[]) => keys.map((Key) => ({ Key }));

/** By the service in the ARN. */
const calls: Readonly<Record<string, Calls>> = {
  ec2: {
    service: 'ec2',
    add: (arn, tags) => ['CreateTags', { Resources: [idOf(arn)], Tags: tagList(tags) }],
    remove: (arn, keys) => ['DeleteTags', { Resources: [idOf(arn)], Tags: keyed(keys) }],
  },
  ecs: byArn('ecs', tagsToList),
  eks: byArn('eks', (tags) => Object.fromEntries(tags)),
  logs: byArn('logs', (tags) => Object.fromEntries(tags)),
  elasticloadbalancing: {
    service: 'elasticloadbalancing',
    add: (arn, tags) => ['AddTags', { ResourceArns: [arn], Tags: tagList(tags) }],
    remove: (arn, TagKeys) => ['RemoveTags', { ResourceArns: [arn], TagKeys }],
  },
};

const classic: Calls = {
  service: 'elb',
  add: (arn, tags) => ['AddTags', { LoadBalancerNames: [idOf(arn)], Tags: tagList(tags) }],
  remove: (arn, keys) => ['RemoveTags', { LoadBalancerNames: [idOf(arn)], Tags: keyed(keys) }],
};

function callsFor(arn: string): Calls | undefined {
  const service = arn.split(':')[2] ?? '';
  if (/:loadbalancer\/[^/]+$/.test(arn)) return classic;
  return Object.hasOwn(calls, service) ? calls[service] : undefined;
}

type Failures = Record<string, Tagging.FailureInfo>;

/** Every resource for itself: one that fails does not keep the others from it. */
async function each(
  arns: readonly string[] = [],
  context: Context,
  call: (arn: string, calls: Calls) => [operation: string, input: object],
): Promise<{ FailedResourcesMap: Failures }> {
  if (arns.length === 0) throw invalid('ResourceARNList must have at least one ARN.');
  const FailedResourcesMap: Failures = {};
  for (const arn of arns) {
    const failure = await attempt(arn, context, call).then(() => undefined, failureOf);
    if (failure) FailedResourcesMap[arn] = failure;
  }
  return { FailedResourcesMap };
}

async function attempt(
  arn: string,
  { world, principal, region, account }: Context,
  call: (arn: string, calls: Calls) => [operation: string, input: object],
): Promise<void> {
  const [, , service = '', place = '', owner = ''] = arn.split(':');
  if (owner !== account || place !== region) throw invalid(`${arn} is not in this account and region.`);
  const known = callsFor(arn);
  if (!known) throw invalid(`Tagging resources of ${service} by this API is not supported by this sandbox.`);
  const [operation, input] = call(arn, known);
  await world.invoke(principal, known.service, operation, input, region);
}

const failureOf = (error: unknown): Tagging.FailureInfo => ({
  StatusCode: error instanceof AwsError ? error.status : 500,
  ErrorCode: 'InvalidParameterException',
  ErrorMessage: messageOf(error),
});

export const changeOperations: ServiceParts<typeof Tagging> = {
  handlers: {
    TagResources: ({ ResourceARNList, Tags = {} }, context) =>
      each(ResourceARNList, context, (arn, { add }) => add(arn, tagsFromRecord(Tags))),
    UntagResources: ({ ResourceARNList, TagKeys = [] }, context) =>
      each(ResourceARNList, context, (arn, { remove }) => remove(arn, TagKeys)),
  },
  rules: {
    TagResources: { accepts: 'ResourceARNList Tags' },
    UntagResources: { accepts: 'ResourceARNList TagKeys' },
  },
};
