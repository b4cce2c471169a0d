import type * as ECS from '@aws-sdk/client-ecs';
import type { Context } from '../../context.ts';
import type { Handlers } from '../../service.ts';
import { addTags, removeTags, tagsFromList, tagsToList } from '../../tag-records.ts';
import { invalidParameter } from '../errors.ts';
import { findCluster, findTaskDefinition, isLocal } from '../lookup.ts';
import type { Tags } from '../state.ts';

const mostTags = 50;

export const tagOperations: Handlers<typeof ECS> = {
  TagResource({ resourceArn, tags }, context) {
    const target = tagsOf(context, resourceArn);
    const more = tagsFromList(tags);
    const reserved = [...more.keys()].find((key) => key.toLowerCase().startsWith('aws:'));
    if (reserved !== undefined) throw invalidParameter(`Tag key ${reserved}: keys beginning with aws: are reserved.`);
    if (new Set([...target.keys(), ...more.keys()]).size > mostTags)
      throw invalidParameter(`A resource can have at most ${mostTags} tags.`);
    addTags(target, more);
    return {};
  },

  UntagResource({ resourceArn, tagKeys }, context) {
    removeTags(tagsOf(context, resourceArn), tagKeys);
    return {};
  },

  ListTagsForResource({ resourceArn }, context) {
    return { tags: tagsToList(tagsOf(context, resourceArn)) };
  },
};

/** Kind of resource in the ARN → its tags. */
const finders: Readonly<Record<string, (context: Context, arn: string, names: readonly string[]) => Tags | undefined>> =
  {
    cluster: (context, _, [name]) => findCluster(context, name)?.tags,
    service: (context, _, [cluster, name = '']) => findCluster(context, cluster)?.services.get(name)?.tags,
    task: (context, _, [cluster, id = '']) => findCluster(context, cluster)?.tasks.get(id)?.tags,
    'task-definition': (context, arn) => findTaskDefinition(context, arn)?.tags,
  };

function tagsOf(context: Context, arn = ''): Tags {
  const [kind = '', ...names] = (arn.split(':')[5] ?? '').split('/');
  const find = arn.startsWith('arn:aws:ecs:') && isLocal(arn, context) ? finders[kind] : undefined;
  const tags = find?.(context, arn, names);
  if (!tags) throw invalidParameter(`The specified resource ${arn} could not be found.`);
  return tags;
}
