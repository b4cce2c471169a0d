import {
  DeleteLogGroupCommand,
  ListTagsForResourceCommand,
  paginateDescribeLogGroups,
} from '@aws-sdk/client-cloudwatch-logs';
import { ready } from '@meshbed/core';
import { names } from '../../configuration/index.ts';
import { evidenceOf } from '../evidence.ts';
import { gone, type Kind } from '../types.ts';
import { allOf } from './pages.ts';

export const logGroup: Kind = {
  title: 'log group',
  after: ['ecs-service'],
  async find({ aws: { logs: client }, configuration }) {
    const prefix = { logGroupNamePrefix: names.logGroup };
    const groups = await allOf(paginateDescribeLogGroups({ client }, prefix), ({ logGroups }) => logGroups);
    const group = groups.find(({ logGroupName }) => logGroupName === names.logGroup);
    if (!group) return [];
    // Tags are asked for without the `:*` that the ARN ends with here.
    const resourceArn = (group.arn ?? '').replace(/:\*$/, '');
    const { tags } = await client.send(new ListTagsForResourceCommand({ resourceArn }));
    const evidence = evidenceOf(configuration, tags, 'name');
    return evidence === undefined ? [] : [{ id: names.logGroup, name: names.logGroup, evidence, eks: false }];
  },
  async remove({ aws }, { id }) {
    await aws.logs.send(new DeleteLogGroupCommand({ logGroupName: id }));
    return ready(gone);
  },
  command: ({ id }) => `logs delete-log-group --log-group-name ${id}`,
  timeoutMs: 2 * 60_000,
};
