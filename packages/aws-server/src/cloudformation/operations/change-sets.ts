import type * as CloudFormation from '@aws-sdk/client-cloudformation';
import { inBackground } from '../../background.ts';
import type { Context } from '../../context.ts';
import type { ServiceParts } from '../../service.ts';
import { tagKeys } from '../../tags.ts';
import { createStack } from '../engine/create.ts';
import { markStack } from '../engine/events.ts';
import { planOf } from '../engine/plan.ts';
import { updateStack } from '../engine/update.ts';
import { fail, invalid, unsupported } from '../errors.ts';
import { findStack, livingStacks, stackArns, stackOf } from '../lookup.ts';
import type { ChangeSetRecord, StackRecord } from '../state.ts';
import { parseTemplate } from '../template/parse.ts';
import { changeSetSummary, changeSetView } from '../views.ts';
import { addStack, checkName } from './stacks.ts';
import { targetOf } from './target.ts';
import { changesOutputs, checkTags, checkUpdatable } from './updatable.ts';

type CreateInput = CloudFormation.CreateChangeSetCommandInput;

const nothingChanges =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

function create(input: CreateInput, context: Context): { stack: StackRecord; changeSet: ChangeSetRecord } {
  const { ChangeSetName: name = '', ChangeSetType: type = 'UPDATE', Description: description } = input;
  if (type === 'IMPORT') throw unsupported('ChangeSetType IMPORT');
  const stack = type === 'CREATE' ? stackToCreate(input, context) : stackToUpdate(input, context);
  if (stack.changeSets.has(name)) throw fail('AlreadyExistsException', `ChangeSet ${name} already exists`);
  const target = targetOf(input, stack);
  const changes = planOf(stack, target);
  const isEmpty = changes.length === 0 && (type === 'CREATE' || !changesOutputs(stack, target));
  const { world, region, account } = context;
  const changeSet: ChangeSetRecord = {
    id: `arn:aws:cloudformation:${region}:${account}:changeSet/${name}/${world.ids.uuid()}`,
    name,
    description,
    type,
    ...(isEmpty
      ? { status: 'FAILED' as const, statusReason: nothingChanges, executionStatus: 'UNAVAILABLE' as const }
      : { status: 'CREATE_COMPLETE' as const, executionStatus: 'AVAILABLE' as const }),
    createdAtMs: world.clock.now(),
    target,
    changes,
  };
  stack.changeSets.set(name, changeSet);
  return { stack, changeSet };
}

/** A stack in review, which has nothing but change sets. */
function stackToCreate(input: CreateInput, context: Context): StackRecord {
  const { StackName = '' } = input;
  checkName(StackName);
  const present = livingStacks(context).find(({ name }) => name === StackName);
  if (present && present.status !== 'REVIEW_IN_PROGRESS')
    throw invalid(
      `Stack [${StackName}] already exists and cannot be created again with the changeSet [${input.ChangeSetName}].`,
    );
  if (present) return present;
  const stack = addStack(input, context, targetOf(input));
  markStack(context.world, stack, 'REVIEW_IN_PROGRESS', 'User Initiated');
  return stack;
}

function stackToUpdate({ StackName, Tags }: CreateInput, context: Context): StackRecord {
  const stack = findStack(context, StackName);
  if (!stack) throw invalid(`Stack [${StackName}] does not exist`);
  checkUpdatable(stack);
  checkTags(stack, Tags);
  return stack;
}

interface Reference {
  ChangeSetName?: string | undefined;
  StackName?: string | undefined;
}

/** By name and stack, or by ARN. @throws AwsError ChangeSetNotFound */
function changeSetOf(context: Context, { ChangeSetName = '', StackName }: Reference) {
  const isIt = ({ id, name }: ChangeSetRecord) => id === ChangeSetName || name === ChangeSetName;
  const stacks = ChangeSetName.startsWith('arn:') ? livingStacks(context) : [stackOf(context, StackName)];
  for (const stack of stacks) {
    const changeSet = [...stack.changeSets.values()].find(isIt);
    if (changeSet) return { stack, changeSet };
  }
  throw fail('ChangeSetNotFoundException', `ChangeSet [${ChangeSetName}] does not exist`);
}

function execute(reference: Reference, context: Context): void {
  const { stack, changeSet } = changeSetOf(context, reference);
  if (changeSet.executionStatus !== 'AVAILABLE') {
    const { id, status, executionStatus } = changeSet;
    throw fail(
      'InvalidChangeSetStatusException',
      `ChangeSet [${id}] cannot be executed in its current status of [${status === 'FAILED' ? status : executionStatus}]`,
    );
  }
  for (const other of stack.changeSets.values()) other.executionStatus = 'OBSOLETE';
  changeSet.executionStatus = 'EXECUTE_COMPLETE';
  Object.assign(stack, changeSet.type === 'CREATE' ? changeSet.target : {});
  const work =
    changeSet.type === 'CREATE'
      ? createStack(context, stack, parseTemplate(changeSet.target.template))
      : updateStack(context, stack, changeSet.target);
  inBackground(context.world, 'cloudformation', work);
}

const onStack = (accepts: string) => ({
  accepts,
  resources: ({ StackName }: { StackName?: string | undefined }, context: Context): string[] =>
    stackArns(context, StackName),
});

export const changeSetOperations: ServiceParts<typeof CloudFormation> = {
  handlers: {
    CreateChangeSet(input, context) {
      const { stack, changeSet } = create(input, context);
      return { Id: changeSet.id, StackId: stack.id };
    },
    DescribeChangeSet(input, context) {
      const { stack, changeSet } = changeSetOf(context, input);
      return changeSetView(stack, changeSet);
    },
    ExecuteChangeSet(input, context) {
      execute(input, context);
      return {};
    },
    DeleteChangeSet(input, context) {
      const { stack, changeSet } = changeSetOf(context, input);
      stack.changeSets.delete(changeSet.name);
      return {};
    },
    ListChangeSets({ StackName }, context) {
      const stack = stackOf(context, StackName);
      return { Summaries: [...stack.changeSets.values()].map((each) => changeSetSummary(stack, each)) };
    },
  },
  rules: {
    CreateChangeSet: {
      ...onStack(
        'StackName ChangeSetName ChangeSetType Description TemplateBody UsePreviousTemplate Parameters Capabilities Tags ClientToken',
      ),
      context: ({ Tags }) => tagKeys(Tags),
    },
    DescribeChangeSet: onStack('StackName ChangeSetName NextToken IncludePropertyValues'),
    ExecuteChangeSet: onStack('StackName ChangeSetName ClientRequestToken'),
    DeleteChangeSet: onStack('StackName ChangeSetName'),
    ListChangeSets: onStack('StackName NextToken'),
  },
};
