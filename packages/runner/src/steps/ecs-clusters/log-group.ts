import { CreateLogGroupCommand, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { AwsClients } from '@meshbed/clients/aws';
import { ownTags } from '../../aws/tags.ts';
import { names } from '../../configuration/index.ts';
import type { StepContext } from '../types.ts';

/** Before the first task: a task whose log group is missing does not start. Returns when the group was made. */
export async function ensureLogGroup(step: StepContext, { logs }: AwsClients): Promise<{ createdMs: number }> {
  const logGroupName = names.logGroup;
  const find = async () => {
    const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }));
    const found = logGroups.find((group) => group.logGroupName === logGroupName);
    return found && { createdMs: found.creationTime ?? 0 };
  };
  return step.ensure({
    kind: 'log group',
    name: logGroupName,
    find,
    async create() {
      await logs.send(new CreateLogGroupCommand({ logGroupName, tags: ownTags(step.configuration) }));
      return (await find()) ?? { createdMs: 0 };
    },
  });
}
