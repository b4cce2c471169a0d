import { type Field, type Message, messages } from '../codec/messages/index.ts';
import { mergeKeyOf } from '../patch/index.ts';
import { type Resource, splitGroupVersion } from '../registry/index.ts';

export type JsonSchema = Record<string, unknown>;

const scalarSchemas: Readonly<Record<Exclude<Field['type'], object>, JsonSchema>> = {
  string: { type: 'string' },
  int: { type: 'integer' },
  bool: { type: 'boolean' },
  bytes: { type: 'string', format: 'byte' },
  time: { type: 'string', format: 'date-time' },
  quantity: { type: 'string' },
  intOrString: { 'x-kubernetes-int-or-string': true },
  any: { 'x-kubernetes-preserve-unknown-fields': true },
  status: { 'x-kubernetes-preserve-unknown-fields': true },
};

export const schemaNameOf = (message: string): string => `io.k8s.api.${message}`;
export const metadataSchema: string = schemaNameOf('ObjectMeta');

/** The schema of a built-in message with all that it refers to, by schema name. */
export function builtinSchemas(name: string, found: Record<string, JsonSchema> = {}): Record<string, JsonSchema> {
  const message = messages.get(name);
  const key = schemaNameOf(name);
  if (!message || key in found) return found;
  found[key] = { type: 'object', properties: propertiesOf(message) };
  for (const { type } of message) if (typeof type === 'object') builtinSchemas(type.message, found);
  return found;
}

function propertiesOf(message: Message): Record<string, JsonSchema> {
  const entries = message.map((field): Record<string, JsonSchema> => {
    if (field.name !== '') return { [field.name]: fieldSchema(field) };
    return typeof field.type === 'object' ? propertiesOf(messages.get(field.type.message) ?? []) : {};
  });
  return Object.assign({}, ...entries) as Record<string, JsonSchema>;
}

function fieldSchema({ name, shape, type }: Field): JsonSchema {
  const value = typeof type === 'object' ? reference(schemaNameOf(type.message)) : scalarSchemas[type];
  if (shape === 'list') return { type: 'array', items: value, ...mergeRule(name, type) };
  return shape === 'map' ? { type: 'object', additionalProperties: value } : value;
}

export const reference = (name: string): JsonSchema => ({ allOf: [{ $ref: `#/components/schemas/${name}` }] });

/** How a strategic merge patch merges a list; kubectl's own patches follow it. */
function mergeRule(name: string, type: Field['type']): JsonSchema {
  const fields = typeof type === 'object' ? Object.keys(propertiesOf(messages.get(type.message) ?? [])) : [];
  const key = mergeKeyOf(name, fields);
  if (key === undefined) return {};
  const strategy = name === 'volumes' ? 'merge,retainKeys' : 'merge';
  return { 'x-kubernetes-patch-strategy': strategy, ...(key === '' ? {} : { 'x-kubernetes-patch-merge-key': key }) };
}

/** What documents call the schema of a kind. */
export function schemaName(row: Resource, apiVersion: string): string {
  const { group, version } = splitGroupVersion(apiVersion);
  return row.definition ? [...group.split('.').toReversed(), version, row.kind].join('.') : schemaNameOf(row.kind);
}
