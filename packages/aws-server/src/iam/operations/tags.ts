import type * as IAM from '@aws-sdk/client-iam';
import type { ServiceParts } from '../../service.ts';
import { setTags, tagKeys, tagList } from '../../tags.ts';
import { ownPolicy, roleArn, roleNamed } from '../lookup.ts';
import { iamPage } from '../pages.ts';

const removeTags = (tags: Map<string, string>, keys: readonly string[] = []) => {
  for (const key of keys) tags.delete(key);
  return {};
};

export const tagOperations: ServiceParts<typeof IAM> = {
  handlers: {
    TagRole({ RoleName, Tags }, context) {
      setTags(roleNamed(context, RoleName).tags, Tags);
      return {};
    },
    UntagRole: ({ RoleName, TagKeys }, context) => removeTags(roleNamed(context, RoleName).tags, TagKeys),
    ListRoleTags(input, context) {
      const { items, tail } = iamPage(tagList(roleNamed(context, input.RoleName).tags), input);
      return { Tags: items, ...tail };
    },
    TagPolicy({ PolicyArn, Tags }, context) {
      setTags(ownPolicy(context, PolicyArn).tags, Tags);
      return {};
    },
    UntagPolicy: ({ PolicyArn, TagKeys }, context) => removeTags(ownPolicy(context, PolicyArn).tags, TagKeys),
    ListPolicyTags(input, context) {
      const { items, tail } = iamPage(tagList(ownPolicy(context, input.PolicyArn).tags), input);
      return { Tags: items, ...tail };
    },
  },
  rules: {
    TagRole: {
      resources: ({ RoleName }, context) => [roleArn(context, RoleName)],
      context: ({ Tags }) => tagKeys(Tags),
    },
    UntagRole: { resources: ({ RoleName }, context) => [roleArn(context, RoleName)] },
    ListRoleTags: { resources: ({ RoleName }, context) => [roleArn(context, RoleName)] },
    TagPolicy: { resources: ({ PolicyArn }) => [PolicyArn ?? '*'], context: ({ Tags }) => tagKeys(Tags) },
    UntagPolicy: { resources: ({ PolicyArn }) => [PolicyArn ?? '*'] },
    ListPolicyTags: { resources: ({ PolicyArn }) => [PolicyArn ?? '*'] },
  },
};
