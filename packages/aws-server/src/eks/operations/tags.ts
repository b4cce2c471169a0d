import type * as EKS from '@aws-sdk/client-eks';
import type { Context } from '../../context.ts';
import type { Handlers } from '../../service.ts';
import { addTags, removeTags, tagsFromRecord, tagsToRecord } from '../../tag-records.ts';
import { taggedNotFound } from '../errors.ts';
import { type ClusterRecord, EksState } from '../state.ts';

export const tagOperations: Handlers<typeof EKS> = {
  TagResource({ resourceArn, tags }, context) {
    addTags(tagsOf(context, resourceArn), tagsFromRecord(tags));
    return {};
  },

  UntagResource({ resourceArn, tagKeys }, context) {
    removeTags(tagsOf(context, resourceArn), tagKeys);
    return {};
  },

  ListTagsForResource({ resourceArn }, context) {
    return { tags: tagsToRecord(tagsOf(context, resourceArn)) };
  },
};

interface Tagged {
  arn: string;
  tags: Map<string, string>;
}

const taggedIn = (cluster: ClusterRecord): Tagged[] => [
  cluster,
  ...[cluster.nodegroups, cluster.addons, cluster.associations, cluster.accessEntries].flatMap((records) => [
    ...records.values(),
  ]),
];

function tagsOf(context: Context, arn = ''): Map<string, string> {
  const found = [...context.state(EksState).clusters.values()].flatMap(taggedIn).find((tagged) => tagged.arn === arn);
  if (!found) throw taggedNotFound(arn);
  return found.tags;
}
