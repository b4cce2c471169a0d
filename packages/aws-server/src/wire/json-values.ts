import { JsonCodec2, type JsonShapeDeserializer2 } from '@smithy/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import type { SchemaRef, Values, WireFailure } from './types.ts';

const epochSeconds = 7 as const;

export const restSettings: {
  timestampFormat: { useTrait: boolean; default: typeof epochSeconds };
  httpBindings: boolean;
  jsonName: boolean;
} = { timestampFormat: { useTrait: true, default: epochSeconds }, httpBindings: true, jsonName: true };

/** REST-JSON renames members (`jsonName`); JSON 1.1 ignores that trait. */
export const restJsonCodec: JsonCodec2 = new JsonCodec2(restSettings);
export const rpcJsonCodec: JsonCodec2 = new JsonCodec2({ ...restSettings, httpBindings: false, jsonName: false });

/** @throws SyntaxError when `text` is no JSON. */
export function readJson(codec: JsonCodec2, schema: NormalizedSchema, text: string): Values {
  const reader = codec.createDeserializer() as JsonShapeDeserializer2;
  return reader.readObject(schema, JSON.parse(text || '{}') as never) as Values;
}

export function writeJson(codec: JsonCodec2, ref: SchemaRef, value: unknown): string {
  const schema = NormalizedSchema.of(ref);
  if (!schema.isStructSchema()) return '{}';
  const writer = codec.createSerializer();
  writer.write(schema, value ?? {});
  // A Uint8Array whose string methods warn: look at its bytes only.
  const bytes = writer.flush();
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}

/** The body of an error: modelled members and the message. */
export function writeJsonError(codec: JsonCodec2, { schema, data, message }: WireFailure, extra: Values): string {
  const members = schema ? (JSON.parse(writeJson(codec, schema, data)) as Values) : {};
  return JSON.stringify({ ...extra, ...members, message });
}
