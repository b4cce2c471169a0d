import { DeleteTargetGroupCommand, paginateDescribeTargetGroups } from '@aws-sdk/client-elastic-load-balancing-v2';
import { ready } from '@meshbed/core';
import { gone, type Kind } from '../types.ts';
import { sightingOf, tagsOf } from './load-balancer.ts';
import { allOf } from './pages.ts';

export const targetGroup: Kind = {
  title: 'target group',
  after: ['load-balancer'],
  async find(search) {
    const client = search.aws.loadBalancers;
    const vpcs = await search.vpcs();
    const all = await allOf(paginateDescribeTargetGroups({ client }, {}), ({ TargetGroups }) => TargetGroups);
    const tags = await tagsOf(
      search,
      all.flatMap(({ TargetGroupArn }) => TargetGroupArn ?? []),
    );
    return all.flatMap(({ TargetGroupArn = '', TargetGroupName = '', VpcId = '' }) => {
      const named = { id: TargetGroupArn, name: TargetGroupName };
      return sightingOf(search, { named, tags: tags.get(TargetGroupArn), inside: vpcs.includes(VpcId) });
    });
  },
  async remove({ aws }, { id }) {
    await aws.loadBalancers.send(new DeleteTargetGroupCommand({ TargetGroupArn: id }));
    return ready(gone);
  },
  command: ({ id }) => `elbv2 delete-target-group --target-group-arn ${id}`,
  timeoutMs: 5 * 60_000,
  incidental: true,
};
