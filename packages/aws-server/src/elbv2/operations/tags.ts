import type * as ELB from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Context } from '../../context.ts';
import type { ServiceParts } from '../../service.ts';
import { setTags, tagKeys, tagList } from '../../tags.ts';
import { listenerOf, loadBalancerOf, targetGroupOf } from '../lookup.ts';

function tagsOf(context: Context, arn: string): Map<string, string> {
  if (arn.includes(':targetgroup/')) return targetGroupOf(context, arn).tags;
  return arn.includes(':listener/') ? listenerOf(context, arn).tags : loadBalancerOf(context, arn).tags;
}

const onResources = {
  resources: ({ ResourceArns }: { ResourceArns: string[] | undefined }): string[] => ResourceArns ?? ['*'],
};

export const tagOperations: ServiceParts<typeof ELB> = {
  handlers: {
    AddTags({ ResourceArns = [], Tags }, context) {
      for (const tags of ResourceArns.map((arn) => tagsOf(context, arn))) setTags(tags, Tags);
      return {};
    },
    RemoveTags({ ResourceArns = [], TagKeys = [] }, context) {
      for (const tags of ResourceArns.map((arn) => tagsOf(context, arn))) for (const key of TagKeys) tags.delete(key);
      return {};
    },
    DescribeTags: ({ ResourceArns = [] }, context) => ({
      TagDescriptions: ResourceArns.map((arn) => ({ ResourceArn: arn, Tags: tagList(tagsOf(context, arn)) })),
    }),
  },
  rules: { AddTags: { ...onResources, context: ({ Tags }) => tagKeys(Tags) }, RemoveTags: onResources },
};
