import type { NormalizedSchema } from '@smithy/core/schema';
import * as fc from 'fast-check';

/** Texts that quoting and escaping get wrong. */
const texts = ['a', 'x<y>&"\'z', 'ü€ b', ' lead', '1/2 + 3=%', 'true', 'l1\nl2'];
const labels = ['lab/el 1', 'arn:aws:x:::y', 'plain'];

interface Traits {
  httpLabel?: unknown;
  httpQuery?: unknown;
  httpHeader?: unknown;
  idempotencyToken?: unknown;
  mediaType?: unknown;
}

const traitsOf = (schema: NormalizedSchema) => schema.getMergedTraits() as Traits;
const isComposite = (schema: NormalizedSchema) =>
  schema.isStructSchema() || schema.isListSchema() || schema.isMapSchema();

/** Values that fit a schema; below `depth` only scalars. Undefined for what travels as something else than data. */
export function arbitraryOf(schema: NormalizedSchema, depth: number): fc.Arbitrary<unknown> | undefined {
  if (schema.isStructSchema()) return structure(schema, depth);
  if (schema.isListSchema()) {
    const item = arbitraryOf(schema.getValueSchema(), depth - 1);
    return item && fc.array(item, { minLength: 1, maxLength: 3 });
  }
  if (schema.isMapSchema()) {
    const value = arbitraryOf(schema.getValueSchema(), depth - 1);
    return value && fc.dictionary(fc.constantFrom('k1', 'k 2'), value, { minKeys: 1, noNullPrototype: true });
  }
  return scalar(schema);
}

function structure(schema: NormalizedSchema, depth: number): fc.Arbitrary<unknown> | undefined {
  const members: Record<string, fc.Arbitrary<unknown>> = {};
  const required: string[] = [];
  for (const [name, member] of schema.structIterator()) {
    if (depth <= 0 && isComposite(member)) continue;
    const value = arbitraryOf(member, depth - 1);
    if (!value) continue;
    members[name] = value;
    if (traitsOf(member).httpLabel || traitsOf(member).idempotencyToken) required.push(name);
  }
  if (schema.isUnionSchema()) {
    const choices = Object.entries(members).map(([name, value]) => value.map((chosen) => ({ [name]: chosen })));
    return choices.length > 0 ? fc.oneof(...choices) : undefined;
  }
  return fc.record(members, { requiredKeys: required, noNullPrototype: true });
}

function scalar(schema: NormalizedSchema): fc.Arbitrary<unknown> | undefined {
  const { httpLabel, httpQuery, httpHeader, mediaType } = traitsOf(schema);
  if (schema.isBooleanSchema()) return fc.boolean();
  if (schema.isNumericSchema()) return fc.integer({ min: 0, max: 1000 });
  if (schema.isTimestampSchema())
    return fc.integer({ min: 1_700_000_000, max: 1_800_000_000 }).map((at) => new Date(at * 1000));
  if (schema.isBlobSchema()) return fc.constant(new Uint8Array([1, 2, 255]));
  if (schema.isDocumentSchema()) return fc.constant({ a: [1, 'b'] });
  if (!schema.isStringSchema() || mediaType) return undefined;
  return httpLabel || httpQuery || httpHeader ? fc.constantFrom(...labels) : fc.constantFrom(...texts);
}
