import type * as CloudFormation from '@aws-sdk/client-cloudformation';
import { fail, invalid, unsupported } from '../errors.ts';
import { isIdentity, resourceTypes } from '../resources/index.ts';
import type { StackRecord, Target } from '../state.ts';
import { type Parameter, parseTemplate, type Template } from '../template/parse.ts';

/** How a call says what a stack is to be. */
interface Described {
  TemplateBody?: string | undefined;
  UsePreviousTemplate?: boolean | undefined;
  Parameters?: CloudFormation.Parameter[] | undefined;
  Capabilities?: CloudFormation.Capability[] | undefined;
}

/** @throws AwsError for what is wrong in the template, by name, before anything is made */
export function targetOf(input: Described, previous?: StackRecord): Target {
  const template = input.UsePreviousTemplate ? previous?.template : input.TemplateBody;
  if (template === undefined) throw invalid('Either Template URL or Template Body must be specified.');
  const parsed = parseTemplate(template);
  checkTypes(parsed);
  checkCapabilities(parsed, input.Capabilities ?? []);
  return {
    template,
    parameters: parameterValues(parsed.parameters, input.Parameters ?? [], previous?.parameters),
    capabilities: input.Capabilities ?? [],
  };
}

function parameterValues(
  declared: Template['parameters'],
  given: readonly CloudFormation.Parameter[],
  previous: ReadonlyMap<string, string> = new Map(),
): Map<string, string> {
  const values = new Map(
    given.map(({ ParameterKey = '', ParameterValue = '', UsePreviousValue }) => [
      ParameterKey,
      UsePreviousValue ? previous.get(ParameterKey) : ParameterValue,
    ]),
  );
  const strangers = [...values.keys()].filter((name) => !declared.has(name));
  if (strangers.length > 0) throw invalid(`Parameters: [${strangers.join(', ')}] do not exist in the template`);
  const all = [...declared].map(([name, parameter]) => [name, values.get(name) ?? parameter.default] as const);
  const missing = all.filter(([, value]) => value === undefined).map(([name]) => name);
  if (missing.length > 0) throw invalid(`Parameters: [${missing.join(', ')}] must have values`);
  for (const [name, value] of all) checkValue(name, value ?? '', declared.get(name));
  return new Map(all as [string, string][]);
}

function checkValue(name: string, value: string, declared: Parameter | undefined): void {
  const { allowedValues, allowedPattern } = declared ?? {};
  if (allowedValues && !allowedValues.includes(value))
    throw invalid(`Parameter '${name}' must be one of AllowedValues`);
  if (allowedPattern !== undefined && !new RegExp(`^(?:${allowedPattern})$`).test(value))
    throw invalid(`Parameter ${name} failed to satisfy constraint: must match pattern ${allowedPattern}`);
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

function checkCapabilities(template: Template, given: readonly string[]): void {
  const needed = neededCapabilities(template);
  if (given.includes('CAPABILITY_NAMED_IAM') || needed.every((each) => given.includes(each))) return;
  throw fail('InsufficientCapabilitiesException', `Requires capabilities : [${needed.join(', ')}]`);
}

/** What must be acknowledged: that it makes identities, or even ones with names of their own. */
export function neededCapabilities({ resources }: Template): CloudFormation.Capability[] {
  const roles = [...resources.values()].filter(({ type }) => isIdentity(type));
  if (roles.length === 0) return [];
  const named = roles.some(({ properties }) => properties['RoleName'] !== undefined);
  return [named ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM'];
}
