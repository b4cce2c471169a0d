import type { Swagger } from './document.ts';
import type { JsonSchema } from '../schemas.ts';

/** What clients ask for with an `@`, which Go takes for malformed in an answer. */
export const swaggerMediaType = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

/**
 * A document of OpenAPI 2 as protobuf. Field numbers are those of OpenAPIv2.proto of google/gnostic-models, as far as
 * `swagger` makes use of them.
 */
export function encodeSwagger({ swagger, info, paths, definitions }: Swagger): Buffer {
  return Buffer.concat([
    text(1, swagger),
    message(2, [text(1, info.title), text(2, info.version)]),
    message(8, named(2, paths, encodePath)),
    message(9, named(1, definitions, encodeSchema)),
  ]);
}

const lengthDelimited = 2;

function varint(value: number): Buffer {
  const bytes = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
  return Buffer.from([...bytes, rest]);
}

function bytes(field: number, content: Uint8Array): Buffer {
  return Buffer.concat([varint(field * 8 + lengthDelimited), varint(content.length), content]);
}

const text = (field: number, value: string) => bytes(field, Buffer.from(value));
const integer = (field: number, value: number) => Buffer.concat([varint(field * 8), varint(value)]);
const message = (field: number, parts: readonly Uint8Array[]) => bytes(field, Buffer.concat(parts));

/** `NamedX { string name = 1; X value = 2; }`, once for each entry. */
const named = <T>(field: number, entries: Record<string, T>, encode: (value: T) => Buffer[]): Buffer[] =>
  Object.entries(entries).map(([name, value]) => message(field, [text(1, name), message(2, encode(value))]));

/** `Any { string yaml = 2; }`: JSON is YAML. */
const any = (value: unknown): Buffer[] => [text(2, JSON.stringify(value))];

function encodePath({ patch }: Swagger['paths'][string]): Buffer[] {
  const parameters = patch.parameters.map(({ name, in: place, type }) => {
    const query = message(3, [text(2, place), text(4, name), text(6, type)]);
    return message(8, [message(1, [message(2, [query])])]);
  });
  const { 'x-kubernetes-group-version-kind': gvk } = patch;
  const extension = named(13, { 'x-kubernetes-group-version-kind': gvk }, any);
  return [message(8, [text(5, patch.operationId), ...parameters, message(9, []), ...extension])];
}

const texts = (field: number) => (value: unknown) => (value as string[]).map((each) => text(field, each));
const one = (field: number) => (value: unknown) => [text(field, String(value))];

/** Keyword → its part of a `Schema` message. */
const keywords: Readonly<Record<string, (value: unknown) => Buffer[]>> = {
  $ref: one(1),
  format: one(2),
  title: one(3),
  description: one(4),
  maxLength: (value) => [integer(11, Number(value))],
  minLength: (value) => [integer(12, Number(value))],
  pattern: one(13),
  required: texts(19),
  enum: (values) => (values as unknown[]).map((value) => message(20, any(value))),
  additionalProperties: (value) => [
    message(
      21,
      typeof value === 'boolean' ? [integer(2, Number(value))] : [message(1, encodeSchema(value as JsonSchema))],
    ),
  ],
  type: (value) => [message(22, [text(1, String(value))])],
  items: (value) => [message(23, [message(1, encodeSchema(value as JsonSchema))])],
  properties: (value) => [message(25, named(1, value as Record<string, JsonSchema>, encodeSchema))],
};

function encodeSchema(schema: JsonSchema): Buffer[] {
  return Object.entries(schema).flatMap(([key, value]) =>
    key.startsWith('x-') ? named(31, { [key]: value }, any) : (keywords[key]?.(value) ?? []),
  );
}
