import type * as EC2 from '@aws-sdk/client-ec2';
import type { Context } from '../../context.ts';
import { AwsError } from '../../errors.ts';
import { pageOf } from '../../page.ts';
import type { ServiceParts } from '../../service.ts';
import { setTags, tagKeys } from '../../tags.ts';
import { nextToken } from '../describe.ts';
import { filtered } from '../filters.ts';
import { type Kind, kindOfId, missing } from '../kinds.ts';
import { fabricKinds, own } from '../objects.ts';
import { peeringTags, visiblePeerings } from '../peerings.ts';
import { acting, reading } from '../rules.ts';
import { Ec2State } from '../state.ts';

export interface Taggable {
  id: string;
  kind: Kind;
  tags: Map<string, string>;
}

/** Everything of the caller's that can have tags. */
export function taggables(context: Context): Taggable[] {
  const groups = own(context, 'security-group');
  return [
    ...fabricKinds.flatMap((kind) => own(context, kind).map(({ id, tags }) => ({ id, kind, tags }))),
    ...groups.flatMap(({ rules }) => rules.map(({ id, tags }) => ({ id, kind: 'security-group-rule' as const, tags }))),
    ...visiblePeerings(context).map((peering) => ({
      id: peering.id,
      kind: 'vpc-peering-connection' as const,
      tags: peeringTags(context, peering),
    })),
    ...ownedBy(context, 'instances', 'instance'),
    ...ownedBy(context, 'launchTemplates', 'launch-template'),
  ];
}

const ownedBy = (context: Context, map: 'instances' | 'launchTemplates', kind: Kind): Taggable[] =>
  [...context.state(Ec2State)[map].values()].map(({ id, tags }) => ({ id, kind, tags }));

/** All of them before any is changed. @throws AwsError not found, of the id's kind. */
function named(context: Context, ids: readonly string[] = []): Taggable[] {
  const known = new Map(taggables(context).map((taggable) => [taggable.id, taggable]));
  return ids.map((id) => {
    const found = known.get(id);
    if (found) return found;
    const kind = kindOfId(id);
    throw kind ? missing(kind, id) : new AwsError('InvalidID', `The ID '${id}' is not valid`);
  });
}

function checkTags(tags: readonly EC2.Tag[] = []): void {
  const reserved = tags.find(({ Key }) => Key?.startsWith('aws:'));
  if (!reserved) return;
  throw new AwsError(
    'InvalidParameterValue',
    `Value ( ${reserved.Key} ) for parameter key is invalid. Tag keys starting with 'aws:' are reserved for internal use`,
  );
}

function describeTags(input: EC2.DescribeTagsCommandInput, context: Context) {
  const rows = taggables(context).flatMap(({ id, kind, tags }) =>
    [...tags].map(([key, value]) => ({ id, kind, key, value, tags: new Map([[key, value]]) })),
  );
  const left = filtered(
    rows,
    input.Filters,
    {
      'resource-id': ({ id }) => id,
      'resource-type': ({ kind }) => kind,
      key: ({ key }) => key,
      value: ({ value }) => value,
    },
    ({ tags }) => tags,
  );
  return pageOf(left, input.NextToken, input.MaxResults ?? 1000);
}

export const tagOperations: ServiceParts<typeof EC2> = {
  handlers: {
    CreateTags({ Resources, Tags }, context) {
      checkTags(Tags);
      for (const { tags } of named(context, Resources)) setTags(tags, Tags);
      return {};
    },
    DeleteTags({ Resources, Tags }, context) {
      for (const { tags } of named(context, Resources)) {
        const doomed = Tags?.length ? Tags : [...tags.keys()].map((Key) => ({ Key, Value: undefined }));
        for (const { Key = '', Value } of doomed) if (Value === undefined || tags.get(Key) === Value) tags.delete(Key);
      }
      return {};
    },
    DescribeTags(input, context) {
      const { items, next } = describeTags(input, context);
      const Tags = items.map(({ id, kind, key, value }) => ({
        ResourceId: id,
        ResourceType: kind,
        Key: key,
        Value: value,
      }));
      return { Tags, ...nextToken(next) };
    },
  },
  rules: {
    CreateTags: {
      ...acting('Resources Tags', (input: EC2.CreateTagsCommandInput) => input.Resources),
      context: ({ Tags }) => tagKeys(Tags),
    },
    DeleteTags: acting('Resources Tags', ({ Resources }) => Resources),
    DescribeTags: reading('Filters NextToken MaxResults'),
  },
};
