import type { Schema } from '../../objects/index.ts';
import { groupVersion, type Registry, type Resource, schemaOf, splitGroupVersion } from '../../registry/index.ts';
import { builtinSchemas, type JsonSchema, schemaName } from '../schemas.ts';

/**
 * `/openapi/v2`: what kubectl up to 1.26 validates and merges by before it sends anything (`create -f`, `apply`), and
 * what its `explain` prints. Of the paths it reads only whether a PATCH can be a dry run.
 */
export function swagger(registry: Registry, version: string): Swagger {
  const served = registry
    .rows()
    .flatMap((row) => row.versions.map((each) => ({ row, apiVersion: groupVersion(row.group, each) })));
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version },
    paths: Object.assign({}, ...served.map(pathOf)) as Swagger['paths'],
    definitions: Object.assign({}, ...served.map(definitionsOf)) as Swagger['definitions'],
  };
}

export interface Swagger {
  swagger: '2.0';
  info: { title: string; version: string };
  paths: Record<string, { patch: PatchOperation }>;
  definitions: Record<string, JsonSchema>;
}

interface PatchOperation {
  operationId: string;
  parameters: { name: string; in: 'query'; type: 'string' }[];
  responses: object;
  'x-kubernetes-group-version-kind': object;
}

interface Served {
  row: Resource;
  apiVersion: string;
}

const gvkOf = ({ row, apiVersion }: Served) => ({ ...splitGroupVersion(apiVersion), kind: row.kind });

function pathOf(served: Served): Swagger['paths'] {
  const { row, apiVersion } = served;
  const scope = row.namespaced ? 'namespaces/{namespace}/' : '';
  const path = `/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}/${scope}${row.plural}/{name}`;
  const patch: PatchOperation = {
    operationId: `patch ${row.key} ${apiVersion}`,
    parameters: [{ name: 'dryRun', in: 'query', type: 'string' }],
    responses: {},
    'x-kubernetes-group-version-kind': gvkOf(served),
  };
  return { [path]: { patch } };
}

function definitionsOf(served: Served): Record<string, JsonSchema> {
  const { row, apiVersion } = served;
  const name = schemaName(row, apiVersion);
  const { [name]: own, ...others } = row.definition ? customDefinitions(served, name) : builtinSchemas(row.kind);
  const head = { apiVersion: { type: 'string' }, kind: { type: 'string' } };
  const definition = {
    ...own,
    properties: { ...head, ...(own?.['properties'] as object) },
    'x-kubernetes-group-version-kind': [gvkOf(served)],
  };
  return Object.fromEntries(
    Object.entries({ ...others, [name]: definition }).map(([key, schema]) => [key, inVersion2(schema)]),
  );
}

function customDefinitions({ row, apiVersion }: Served, name: string): Record<string, JsonSchema> {
  const { properties, ...schema } = schemaOf(row, apiVersion) ?? {};
  const metadata = { $ref: '#/components/schemas/io.k8s.api.ObjectMeta' };
  return { ...builtinSchemas('ObjectMeta'), [name]: { ...schema, properties: { ...properties, metadata } } };
}

/** What version 2 has no words for, and what kubectl would take too literally. */
const left = new Set(['oneOf', 'anyOf', 'not', 'nullable', 'default', 'example', 'x-kubernetes-validations']);

/** The same schema as far as OpenAPI 2 can say it. */
function inVersion2(schema: Schema | JsonSchema): JsonSchema {
  if (schema['x-kubernetes-preserve-unknown-fields'] === true && !schema['properties']) return {};
  if (schema['x-kubernetes-int-or-string'] === true) return { type: 'string', format: 'int-or-string' };
  const [all] = (schema['allOf'] as { $ref?: string }[] | undefined) ?? [];
  if (all?.$ref !== undefined) return inVersion2({ ...schema, allOf: undefined, $ref: all.$ref });
  const kept = Object.entries(schema).filter(([key, value]) => value !== undefined && !left.has(key));
  return Object.fromEntries(kept.map(([key, value]) => [key, convert(key, value)]));
}

function convert(key: string, value: unknown): unknown {
  if (key === '$ref') return String(value).replace('#/components/schemas/', '#/definitions/');
  if (key === 'items' || (key === 'additionalProperties' && typeof value === 'object'))
    return inVersion2(value as Schema);
  if (key !== 'properties') return value;
  const properties = Object.entries(value as Record<string, Schema>);
  return Object.fromEntries(properties.map(([name, schema]) => [name, inVersion2(schema)]));
}
