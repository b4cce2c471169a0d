import type * as CloudFormation from '@aws-sdk/client-cloudformation';
import { inBackground } from '../../background.ts';
import type { Context } from '../../context.ts';
import type { ServiceParts } from '../../service.ts';
import { tagKeys, tagMap } from '../../tags.ts';
import { validPage } from '../../valid-page.ts';
import { createStack } from '../engine/create.ts';
import { deleteStack } from '../engine/delete.ts';
import { planOf } from '../engine/plan.ts';
import { updateStack } from '../engine/update.ts';
import { fail, invalid } from '../errors.ts';
import { exportsOf, findStack, livingStacks, stackArns, stackOf, stacksOf } from '../lookup.ts';
import { CloudFormationState, type StackRecord, type Target } from '../state.ts';
import { parseTemplate, type Template } from '../template/parse.ts';
import { stackView, summaryView } from '../views.ts';
import { neededCapabilities, targetOf } from './target.ts';
import { changesOutputs, checkTags, checkUpdatable } from './updatable.ts';

type CreateInput = CloudFormation.CreateStackCommandInput;

const pageSize = 100;

const page = <Item>(items: readonly Item[], token: string | undefined) =>
  validPage(items, { token, size: pageSize, invalid: () => invalid('Next token is not valid.') });

function create(input: CreateInput, context: Context): StackRecord {
  const { StackName: name = '' } = input;
  checkName(name);
  const present = livingStacks(context).find((stack) => stack.name === name);
  if (present) {
    if (input.ClientRequestToken !== undefined && present.clientToken === input.ClientRequestToken) return present;
    throw fail('AlreadyExistsException', `Stack [${name}] already exists`);
  }
  const target = targetOf(input);
  const stack = addStack(input, context, target);
  inBackground(context.world, 'cloudformation', createStack(context, stack, parseTemplate(target.template)));
  return stack;
}

/** @throws AwsError ValidationError */
export function checkName(name: string): void {
  if (/^[A-Za-z][-A-Za-z0-9]{0,127}$/.test(name)) return;
  const pattern = '[a-zA-Z][-a-zA-Z0-9]*';
  throw invalid(
    `Value '${name}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: ${pattern}`,
  );
}

type NewStack = Pick<
  CreateInput,
  'StackName' | 'OnFailure' | 'DisableRollback' | 'Tags' | 'EnableTerminationProtection' | 'ClientRequestToken'
>;

/** A stack in which nothing is yet. */
export function addStack(input: NewStack, context: Context, target: Target): StackRecord {
  const { account, region, world } = context;
  const { StackName: name = '', OnFailure, DisableRollback } = input;
  const stack: StackRecord = {
    ...target,
    id: `arn:aws:cloudformation:${region}:${account}:stack/${name}/${world.ids.uuid()}`,
    name,
    status: 'CREATE_IN_PROGRESS',
    createdAtMs: world.clock.now(),
    description: parseTemplate(target.template).description,
    tags: tagMap(input.Tags),
    onFailure: OnFailure ?? (DisableRollback ? 'DO_NOTHING' : 'ROLLBACK'),
    terminationProtection: input.EnableTerminationProtection ?? false,
    clientToken: input.ClientRequestToken,
    resources: new Map(),
    outputs: [],
    imports: new Set(),
    events: [],
    changeSets: new Map(),
  };
  context.state(CloudFormationState).stacks.set(stack.id, stack);
  return stack;
}

function update(input: CloudFormation.UpdateStackCommandInput, context: Context): StackRecord {
  const stack = stackOf(context, input.StackName);
  checkUpdatable(stack);
  checkTags(stack, input.Tags);
  const target = targetOf(input, stack);
  if (planOf(stack, target).length === 0 && !changesOutputs(stack, target))
    throw invalid('No updates are to be performed.');
  inBackground(context.world, 'cloudformation', updateStack(context, stack, target));
  return stack;
}

/** Deleting one that isn't there succeeds. */
function remove(input: CloudFormation.DeleteStackCommandInput, context: Context): void {
  const { StackName, RetainResources = [] } = input;
  const stack = findStack(context, StackName);
  if (!stack || stack.status === 'DELETE_COMPLETE' || stack.status === 'DELETE_IN_PROGRESS') return;
  if (stack.terminationProtection) {
    throw invalid(`Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`);
  }
  if (RetainResources.length > 0 && stack.status !== 'DELETE_FAILED') {
    throw invalid(
      `Invalid operation on stack [${stack.id}]. RetainResources is only valid in the state DELETE_FAILED.`,
    );
  }
  if (stack.status.endsWith('_IN_PROGRESS') && stack.status !== 'REVIEW_IN_PROGRESS') {
    throw invalid(`Stack [${stack.name}] cannot be deleted while in status ${stack.status}`);
  }
  checkExports(context, stack);
  inBackground(context.world, 'cloudformation', deleteStack(context, stack, new Set(RetainResources)));
}

/** What another stack imports keeps this one. */
function checkExports(context: Context, stack: StackRecord): void {
  for (const { exportName } of stack.outputs) {
    const users = livingStacks(context).filter(({ imports }) => exportName !== undefined && imports.has(exportName));
    if (users.length === 0) continue;
    const names = users.map(({ name }) => name).join(', ');
    throw invalid(`Export ${exportName} cannot be deleted as it is in use by ${names}`);
  }
}

const summaryOf = (template: Template): CloudFormation.GetTemplateSummaryOutput => ({
  Description: template.description,
  Parameters: [...template.parameters].map(([ParameterKey, parameter]) => ({
    ParameterKey,
    ParameterType: parameter.type,
    DefaultValue: parameter.default,
    NoEcho: false,
    ParameterConstraints: { AllowedValues: parameter.allowedValues && [...parameter.allowedValues] },
  })),
  ResourceTypes: [...new Set([...template.resources.values()].map(({ type }) => type))],
  Capabilities: neededCapabilities(template),
  Version: '2010-09-09',
});

const onStack = {
  resources: ({ StackName }: { StackName?: string | undefined }, context: Context): string[] =>
    stackArns(context, StackName),
};

export const stackOperations: ServiceParts<typeof CloudFormation> = {
  handlers: {
    CreateStack: (input, context) => ({ StackId: create(input, context).id }),
    UpdateStack: (input, context) => ({ StackId: update(input, context).id }),
    DescribeStacks({ StackName, NextToken }, context) {
      const stacks = StackName === undefined ? livingStacks(context) : [stackOf(context, StackName)];
      const { items, next } = page(stacks, NextToken);
      return { Stacks: items.map(stackView), NextToken: next };
    },
    ListStacks({ StackStatusFilter = [], NextToken }, context) {
      const stacks = stacksOf(context).filter(
        ({ status }) => StackStatusFilter.length === 0 || StackStatusFilter.includes(status),
      );
      const { items, next } = page(stacks, NextToken);
      return { StackSummaries: items.map(summaryView), NextToken: next };
    },
    DeleteStack(input, context) {
      remove(input, context);
      return {};
    },
    UpdateTerminationProtection({ StackName, EnableTerminationProtection }, context) {
      const stack = stackOf(context, StackName);
      stack.terminationProtection = EnableTerminationProtection ?? false;
      return { StackId: stack.id };
    },
    GetTemplate: ({ StackName }, context) => ({
      TemplateBody: stackOf(context, StackName).template,
      StagesAvailable: ['Original', 'Processed'],
    }),
    GetTemplateSummary({ TemplateBody, StackName }, context) {
      const body = TemplateBody ?? stackOf(context, StackName).template;
      return summaryOf(parseTemplate(body));
    },
    ListExports({ NextToken }, context) {
      const { items, next } = page([...exportsOf(context).values()], NextToken);
      const Exports = items.map(({ stack, output }) => ({
        ExportingStackId: stack.id,
        Name: output.exportName,
        Value: output.value,
      }));
      return { Exports, NextToken: next };
    },
  },
  rules: {
    CreateStack: {
      ...onStack,
      context: ({ Tags }) => tagKeys(Tags),
      accepts:
        'StackName TemplateBody Parameters Capabilities Tags OnFailure DisableRollback EnableTerminationProtection ClientRequestToken',
    },
    UpdateStack: {
      ...onStack,
      context: ({ Tags }) => tagKeys(Tags),
      accepts: 'StackName TemplateBody UsePreviousTemplate Parameters Capabilities Tags ClientRequestToken',
    },
    DescribeStacks: { ...onStack, accepts: 'StackName NextToken' },
    ListStacks: { accepts: 'StackStatusFilter NextToken' },
    DeleteStack: { ...onStack, accepts: 'StackName RetainResources ClientRequestToken' },
    UpdateTerminationProtection: { ...onStack, accepts: 'StackName EnableTerminationProtection' },
    GetTemplate: { ...onStack, accepts: 'StackName' },
    GetTemplateSummary: { ...onStack, accepts: 'TemplateBody StackName' },
    ListExports: { accepts: 'NextToken' },
  },
};
