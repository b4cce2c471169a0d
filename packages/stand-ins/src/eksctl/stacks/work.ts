import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ListStacksCommand,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { MeshbedError, ready, until, waiting } from '@meshbed/core';
import type { Aws } from '../aws.ts';
import { type EksctlContext, log } from '../context.ts';
import type { Template } from './names.ts';

/** As long as eksctl waits by default. */
const timeoutMs = 25 * 60_000;

export interface Wanted {
  name: string;
  template: Template;
  tags: Readonly<Record<string, string>>;
}

/** A stack by name or id; undefined when there is none. */
export async function findStack({ stacks }: Aws, name: string): Promise<Stack | undefined> {
  try {
    return (await stacks.send(new DescribeStacksCommand({ StackName: name }))).Stacks?.[0];
  } catch (error) {
    if ((error as Error).message.includes('does not exist')) return undefined;
    throw error;
  }
}

/** Makes a stack and waits until it is complete. @throws MeshbedError with what failed in it */
export async function createStack(aws: Aws, context: EksctlContext, { name, template, tags }: Wanted): Promise<Stack> {
  log(context, 'info', `building stack "${name}"`);
  const { StackId = '' } = await aws.stacks
    .send(
      new CreateStackCommand({
        StackName: name,
        TemplateBody: JSON.stringify(template),
        Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'],
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    )
    .catch((cause: unknown) => {
      throw new MeshbedError('cloud/stack', `creating CloudFormation stack "${name}"`, { cause, object: name });
    });
  log(context, 'info', `deploying stack "${name}"`);
  const stack = await settled(aws, context, StackId);
  if (stack.StackStatus === 'CREATE_COMPLETE') return stack;
  throw await failed(aws, context, stack);
}

export async function startDeletion({ stacks }: Aws, context: EksctlContext, name: string): Promise<void> {
  log(context, 'info', `will delete stack "${name}"`);
  await stacks.send(new DeleteStackCommand({ StackName: name }));
}

/** Deletes a stack and waits until it is gone. @throws MeshbedError with what is in the way */
export async function deleteStack(
  aws: Aws,
  context: EksctlContext,
  { StackName = '', StackId = '' }: Stack,
): Promise<void> {
  await startDeletion(aws, context, StackName);
  log(context, 'info', `waiting for stack "${StackName}" to get deleted`);
  const stack = await settled(aws, context, StackId);
  if (stack.StackStatus !== 'DELETE_COMPLETE') throw await failed(aws, context, stack);
}

function settled(aws: Aws, context: EksctlContext, id: string): Promise<Stack> {
  return until(
    async () => {
      const stack = await findStack(aws, id);
      if (stack && !stack.StackStatus?.endsWith('_IN_PROGRESS')) return ready(stack);
      log(context, 'info', `waiting for CloudFormation stack "${stack?.StackName ?? id}"`);
      return waiting(`it is ${stack?.StackStatus ?? 'not visible yet'}`);
    },
    { clock: context.clock, what: `CloudFormation stack ${id}`, timeoutMs },
  );
}

/** Says what failed in a stack, as eksctl does, and makes the error of it. */
async function failed({ stacks }: Aws, context: EksctlContext, stack: Stack): Promise<MeshbedError> {
  const { StackName = '', StackStatus = '', StackId: id } = stack;
  const { StackEvents = [] } = await stacks.send(new DescribeStackEventsCommand({ StackName: id }));
  const reasons = StackEvents.filter(({ ResourceStatus = '' }) => ResourceStatus.endsWith('_FAILED')).toReversed();
  log(context, 'warn', `unexpected status "${StackStatus}" while waiting for CloudFormation stack "${StackName}"`);
  for (const { ResourceType, LogicalResourceId, ResourceStatus, ResourceStatusReason } of reasons) {
    log(context, 'warn', `${ResourceType}/${LogicalResourceId}: ${ResourceStatus} – "${ResourceStatusReason ?? ''}"`);
  }
  return new MeshbedError(
    'cloud/stack',
    `waiting for CloudFormation stack "${StackName}": ResourceNotReady: failed waiting for successful resource state (${StackStatus})`,
    {
      object: StackName,
      ...(reasons[0]?.ResourceStatusReason ? { likely: reasons[0].ResourceStatusReason } : {}),
      next: `aws cloudformation describe-stack-events --stack-name ${StackName}`,
    },
  );
}

/** Stacks of a cluster that are there, by the beginning of their names. */
export async function stacksOf({ stacks }: Aws, prefix: string): Promise<Stack[]> {
  const found: Stack[] = [];
  for (let NextToken: string | undefined, first = true; first || NextToken !== undefined; first = false) {
    const page = await stacks.send(new ListStacksCommand(NextToken === undefined ? {} : { NextToken }));
    found.push(...(page.StackSummaries ?? []).filter(({ StackName }) => StackName?.startsWith(prefix)).map(asStack));
    ({ NextToken } = page);
  }
  return found.filter(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE');
}

const asStack = ({ StackId, StackName, StackStatus, CreationTime }: Partial<Stack>): Stack => ({
  StackId,
  StackName,
  StackStatus,
  CreationTime,
});
