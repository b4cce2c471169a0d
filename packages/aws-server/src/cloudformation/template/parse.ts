import { createRequire } from 'node:module';
import { messageOf } from '@meshbed/core';
import type * as Yaml from 'yaml';
import { invalid, unsupported } from '../errors.ts';
import type { Properties } from '../state.ts';
import { cyclic, references } from './references.ts';

export interface TemplateResource {
  type: string;
  properties: Properties;
  /** Logical ids: declared ones and those that its properties refer to. */
  dependsOn: readonly string[];
  retain: boolean;
  /** Whether it stays when an update has made another in its place. */
  retainReplaced: boolean;
}

export interface TemplateOutput {
  value: unknown;
  description?: string | undefined;
  exportName?: unknown;
}

export interface Parameter {
  type: string;
  default: string | undefined;
  allowedValues: readonly string[] | undefined;
  allowedPattern: string | undefined;
}

export interface Template {
  description: string | undefined;
  parameters: ReadonlyMap<string, Parameter>;
  resources: ReadonlyMap<string, TemplateResource>;
  outputs: ReadonlyMap<string, TemplateOutput>;
}

type Json = Readonly<Record<string, unknown>>;

const require = createRequire(import.meta.url);
const sections = new Set(['AWSTemplateFormatVersion', 'Description', 'Metadata', 'Parameters', 'Resources', 'Outputs']);
const resourceKeys = new Set(['Type', 'Properties', 'DependsOn', 'Metadata', 'DeletionPolicy', 'UpdateReplacePolicy']);

/** A template in JSON or YAML. @throws AwsError ValidationError for what is wrong in it or not supported. */
export function parseTemplate(body: string): Template {
  const template = record(read(body), 'Template format error: not an object');
  refuseOthers(template, sections, 'The template section');
  const parameters = new Map(entries(template['Parameters']).map(([name, value]) => [name, parameter(name, value)]));
  const resources = new Map(
    entries(template['Resources']).map(([name, value]) => [name, resource(value, [...parameters.keys()])]),
  );
  if (resources.size === 0) throw invalid('Template format error: At least one Resources member must be defined.');
  checkDependencies(resources);
  const outputs = new Map(entries(template['Outputs']).map(([name, value]) => [name, output(value)]));
  const description = template['Description'] as string | undefined;
  return { description, parameters, resources, outputs };
}

function read(body: string): unknown {
  const { parse } = require('yaml') as typeof Yaml;
  try {
    return parse(body, { customTags: shortForms });
  } catch (error) {
    throw invalid(`Template format error: unsupported structure or invalid syntax: ${messageOf(error).split('\n')[0]}`);
  }
}

/** `!Ref a` is `Ref: a`, `!GetAtt a.b` is `Fn::GetAtt: a.b`, `!Sub text` is `Fn::Sub: text`. */
const shortForms: Yaml.Tags = ['Ref', 'GetAtt', 'Sub', 'Join', 'Select', 'Split', 'GetAZs', 'ImportValue'].flatMap(
  (name) => {
    const key = name === 'Ref' ? name : `Fn::${name}`;
    const tag = `!${name}`;
    return [
      { tag, resolve: (value: string) => ({ [key]: value }) },
      { tag, collection: 'seq' as const, resolve: (value: Yaml.YAMLSeq) => ({ [key]: value.toJSON() as unknown }) },
      { tag, collection: 'map' as const, resolve: (value: Yaml.YAMLMap) => ({ [key]: value.toJSON() as unknown }) },
    ] as Yaml.Tags;
  },
);

const parameterKeys = new Set([
  'Type',
  'Default',
  'Description',
  'AllowedValues',
  'AllowedPattern',
  'ConstraintDescription',
  'NoEcho',
]);

function parameter(name: string, value: Json): Parameter {
  refuseOthers(value, parameterKeys, `Parameter ${name}: the attribute`);
  const { Type = 'String', Default, AllowedValues, AllowedPattern } = value;
  if (!/^(String|Number|AWS::EC2::[\w:]+)$/.test(String(Type)))
    throw unsupported(`The type ${String(Type)} of parameter ${name}`);
  return {
    type: String(Type),
    default: Default === undefined ? undefined : String(Default as string),
    allowedValues: (AllowedValues as unknown[] | undefined)?.map(String),
    allowedPattern: AllowedPattern as string | undefined,
  };
}

const policies = ['Delete', 'Retain'];

/** @throws AwsError for a policy that keeps something else */
function isRetained(value: Json, attribute: string): boolean {
  const policy = (value[attribute] ?? 'Delete') as string;
  if (!policies.includes(policy)) throw unsupported(`${attribute} ${policy}`);
  return policy === 'Retain';
}

function resource(value: Json, parameters: readonly string[]): TemplateResource {
  refuseOthers(value, resourceKeys, 'The resource attribute');
  const { DependsOn = [], Properties = {}, Type = '' } = value;
  const referred = references(Properties).filter((name) => !parameters.includes(name));
  return {
    type: Type as string,
    properties: record(Properties, 'Template format error: Properties must be an object'),
    dependsOn: [...new Set([...([DependsOn].flat() as string[]), ...referred])],
    retain: isRetained(value, 'DeletionPolicy'),
    retainReplaced: isRetained(value, 'UpdateReplacePolicy'),
  };
}

const outputKeys = new Set(['Value', 'Description', 'Export']);

function output(value: Json): TemplateOutput {
  refuseOthers(value, outputKeys, 'The output attribute');
  const { Value, Description, Export } = value;
  return {
    value: Value,
    description: Description as string | undefined,
    exportName: (Export as Json | undefined)?.['Name'],
  };
}

function checkDependencies(resources: ReadonlyMap<string, TemplateResource>): void {
  const unknown = [...resources.values()].flatMap(({ dependsOn }) => dependsOn.filter((name) => !resources.has(name)));
  if (unknown.length > 0) {
    const names = [...new Set(unknown)].join(', ');
    throw invalid(
      `Template format error: Unresolved resource dependencies [${names}] in the Resources block of the template`,
    );
  }
  const circle = cyclic(new Map([...resources].map(([name, { dependsOn }]) => [name, dependsOn])));
  if (circle.length > 0) throw invalid(`Circular dependency between resources: [${circle.join(', ')}]`);
}

function refuseOthers(value: Json, known: ReadonlySet<string>, what: string): void {
  const stranger = Object.keys(value).find((name) => !known.has(name));
  if (stranger !== undefined) throw unsupported(`${what} ${stranger}`);
}

function record(value: unknown, complaint: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw invalid(complaint);
}

const entries = (section: unknown = {}): [string, Json][] =>
  Object.entries(record(section, 'Template format error: a section is not an object')).map(([name, value]) => [
    name,
    record(value, `Template format error: ${name} is not an object`),
  ]);
