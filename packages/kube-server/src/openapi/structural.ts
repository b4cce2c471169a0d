import type { Schema } from '../objects/index.ts';
import { copyJson, isRecord } from '../store/json.ts';

/** Fields that every object has, at the root of a custom resource. */
const typeMeta = new Set(['apiVersion', 'kind', 'metadata']);

/** Takes what the schema does not know out of a custom resource, and returns the paths. */
export function pruneUnknown(schema: Schema, object: Record<string, unknown>): string[] {
  return prune(schema, object, '');
}

function prune(schema: Schema | undefined, value: unknown, path: string): string[] {
  if (!schema || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => prune(schema.items, item, `${path}[${index}]`));
  if (!isRecord(value)) return [];
  const further = schema.additionalProperties;
  const keeps = schema['x-kubernetes-preserve-unknown-fields'] === true || further !== undefined;
  return Object.keys(value).flatMap((key) => {
    const known = schema.properties?.[key] ?? (typeof further === 'object' ? further : undefined);
    const at = path === '' ? key : `${path}.${key}`;
    const isMeta = typeMeta.has(key) && (path === '' || schema['x-kubernetes-embedded-resource'] === true);
    if (known) return isMeta ? [] : prune(known, value[key], at);
    if (keeps || isMeta) return [];
    delete value[key];
    return [at];
  });
}

/** Fills in the schema's defaults. */
export function applySchemaDefaults(schema: Schema | undefined, value: unknown): void {
  if (!schema) return;
  if (Array.isArray(value)) {
    for (const item of value) applySchemaDefaults(schema.items, item);
  } else if (isRecord(value)) {
    for (const [key, inner] of Object.entries(schema.properties ?? {})) {
      if (value[key] === undefined && inner.default !== undefined) value[key] = copyJson(inner.default);
      applySchemaDefaults(inner, value[key]);
    }
    if (typeof schema.additionalProperties !== 'object') return;
    for (const key of Object.keys(value)) {
      if (!schema.properties?.[key]) applySchemaDefaults(schema.additionalProperties, value[key]);
    }
  }
}
