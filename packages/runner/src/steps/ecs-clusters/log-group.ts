import { CreateLogGroupCommand, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { AwsClients } from '@meshbed/clients/aws';
import { ownTags } from '../../aws/tags.ts';
import { names } from '../../configuration/index.ts';
import type { StepContext } from '../types.ts';

/** Before the first task: a task whose log group is missing does not start. */
export async function ensureLogGroup(step: StepContext, { logs }: AwsClients): Promise<void> {
  const logGroupName = names.logGroup;
  await step.ensure({
    kind: 'log group',
    name: logGroupName,
    async find() {
      const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }));
      return logGroups.find((group) => group.logGroupName === logGroupName)?.logGroupName;
    },
    async create() {
      await logs.send(new CreateLogGroupCommand({ logGroupName, tags: ownTags(step.configuration) }));
      return logGroupName;
    },
  });
}
