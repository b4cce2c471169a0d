import type * as ELB from '@aws-sdk/client-elastic-load-balancing';
import type { ServiceParts } from '../../service.ts';
import { setTags, tagKeys, tagList } from '../../tags.ts';
import { balancerNamed, onBalancers } from '../lookup.ts';

export const tagOperations: ServiceParts<typeof ELB> = {
  handlers: {
    AddTags({ LoadBalancerNames = [], Tags }, context) {
      for (const { tags } of LoadBalancerNames.map((name) => balancerNamed(context, name))) setTags(tags, Tags);
      return {};
    },
    RemoveTags({ LoadBalancerNames = [], Tags = [] }, context) {
      for (const { tags } of LoadBalancerNames.map((name) => balancerNamed(context, name))) {
        for (const { Key = '' } of Tags) tags.delete(Key);
      }
      return {};
    },
    DescribeTags: ({ LoadBalancerNames = [] }, context) => ({
      TagDescriptions: LoadBalancerNames.map((name) => ({
        LoadBalancerName: name,
        Tags: tagList(balancerNamed(context, name).tags),
      })),
    }),
  },
  rules: {
    AddTags: { ...onBalancers, context: ({ Tags }) => tagKeys(Tags), accepts: 'LoadBalancerNames Tags' },
    RemoveTags: { ...onBalancers, accepts: 'LoadBalancerNames Tags' },
    DescribeTags: { accepts: 'LoadBalancerNames' },
  },
};
