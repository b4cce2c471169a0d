import type * as CloudFormation from '@aws-sdk/client-cloudformation';
import { inBackground } from '../../background.ts';
import type { Context } from '../../context.ts';
import type { ServiceParts } from '../../service.ts';
import { tagKeys, tagMap } from '../../tags.ts';
import { validPage } from '../../valid-page.ts';
import { createStack } from '../engine/create.ts';
import { deleteStack } from '../engine/delete.ts';
import { fail, invalid, unsupported } from '../errors.ts';
import { exportsOf, findStack, livingStacks, stackArns, stackOf, stacksOf } from '../lookup.ts';
import { isIdentity, resourceTypes } from '../resources/index.ts';
import { CloudFormationState, type StackRecord } from '../state.ts';
import { parseTemplate, type Template } from '../template/parse.ts';
import { stackView, summaryView } from '../views.ts';

type CreateInput = CloudFormation.CreateStackCommandInput;

const pageSize = 100;

const page = <Item>(items: readonly Item[], token: string | undefined) =>
  validPage(items, { token, size: pageSize, invalid: () => invalid('Next token is not valid.') });

function create(input: CreateInput, context: Context): StackRecord {
  const { StackName: name = '', TemplateBody: template } = input;
  if (!/^[A-Za-z][-A-Za-z0-9]{0,127}$/.test(name)) {
    const pattern = '[a-zA-Z][-a-zA-Z0-9]*';
    throw invalid(
      `Value '${name}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: ${pattern}`,
    );
  }
  if (template === undefined) throw invalid('Either Template URL or Template Body must be specified.');
  const present = livingStacks(context).find((stack) => stack.name === name);
  if (present) {
    if (input.ClientRequestToken !== undefined && present.clientToken === input.ClientRequestToken) return present;
    throw fail('AlreadyExistsException', `Stack [${name}] already exists`);
  }
  const parsed = parseTemplate(template);
  checkTypes(parsed);
  checkCapabilities(parsed, input.Capabilities ?? []);
  const stack = newStack(input, context, parsed);
  context.state(CloudFormationState).stacks.set(stack.id, stack);
  inBackground(context.world, 'cloudformation', createStack(context, stack, parsed));
  return stack;
}

function newStack(input: CreateInput, context: Context, { description, parameters }: Template): StackRecord {
  const { account, region, world } = context;
  const { StackName: name = '', OnFailure, DisableRollback } = input;
  return {
    id: `arn:aws:cloudformation:${region}:${account}:stack/${name}/${world.ids.uuid()}`,
    name,
    status: 'CREATE_IN_PROGRESS',
    createdAtMs: world.clock.now(),
    template: input.TemplateBody ?? '',
    description,
    parameters: parameterValues(parameters, input.Parameters ?? []),
    tags: tagMap(input.Tags),
    capabilities: input.Capabilities ?? [],
    onFailure: OnFailure ?? (DisableRollback ? 'DO_NOTHING' : 'ROLLBACK'),
    terminationProtection: input.EnableTerminationProtection ?? false,
    clientToken: input.ClientRequestToken,
    resources: new Map(),
    outputs: [],
    imports: new Set(),
    events: [],
  };
}

function parameterValues(
  declared: Template['parameters'],
  given: readonly CloudFormation.Parameter[],
): Map<string, string> {
  const values = new Map(given.map(({ ParameterKey = '', ParameterValue = '' }) => [ParameterKey, ParameterValue]));
  const strangers = [...values.keys()].filter((name) => !declared.has(name));
  if (strangers.length > 0) throw invalid(`Parameters: [${strangers.join(', ')}] do not exist in the template`);
  const all = [...declared].map(([name, parameter]) => [name, values.get(name) ?? parameter.default] as const);
  const missing = all.filter(([, value]) => value === undefined).map(([name]) => name);
  if (missing.length > 0) throw invalid(`Parameters: [${missing.join(', ')}] must have values`);
  return new Map(all as [string, string][]);
}

/** Before anything is made: types and properties that aren't known are refused by name. */
function checkTypes({ resources }: Template): void {
  const unknown = [...resources.values()].filter(({ type }) => !Object.hasOwn(resourceTypes, type));
  if (unknown.length > 0) {
    const names = [...new Set(unknown.map(({ type }) => type))].join(', ');
    throw invalid(`Template format error: Unrecognized resource types: [${names}]`);
  }
  for (const [logicalId, { type, properties }] of resources) {
    const known = new Set(resourceTypes[type]?.properties.split(' '));
    const stranger = Object.keys(properties).find((property) => !known.has(property));
    if (stranger !== undefined) throw unsupported(`The property ${stranger} of ${logicalId} (${type})`);
  }
}

function checkCapabilities({ resources }: Template, given: readonly string[]): void {
  const roles = [...resources.values()].filter(({ type }) => isIdentity(type));
  if (roles.length === 0 || given.includes('CAPABILITY_NAMED_IAM')) return;
  const named = roles.some(({ properties }) => properties['RoleName'] !== undefined);
  if (!named && given.includes('CAPABILITY_IAM')) return;
  const needed = named ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM';
  throw fail('InsufficientCapabilitiesException', `Requires capabilities : [${needed}]`);
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
  if (stack.status.endsWith('_IN_PROGRESS')) {
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

const onStack = {
  resources: ({ StackName }: { StackName?: string | undefined }, context: Context): string[] =>
    stackArns(context, StackName),
};

export const stackOperations: ServiceParts<typeof CloudFormation> = {
  handlers: {
    CreateStack: (input, context) => ({ StackId: create(input, context).id }),
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
    DescribeStacks: { ...onStack, accepts: 'StackName NextToken' },
    ListStacks: { accepts: 'StackStatusFilter NextToken' },
    DeleteStack: { ...onStack, accepts: 'StackName RetainResources ClientRequestToken' },
    UpdateTerminationProtection: { ...onStack, accepts: 'StackName EnableTerminationProtection' },
    GetTemplate: { ...onStack, accepts: 'StackName' },
    ListExports: { accepts: 'NextToken' },
  },
};
