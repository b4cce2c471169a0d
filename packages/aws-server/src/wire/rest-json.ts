import { FromStringShapeDeserializer, ToStringShapeSerializer } from '@smithy/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import { readJson, restJsonCodec, restSettings, writeJson, writeJsonError } from './json-values.ts';
import type { Codec, OperationShape, Values, WireRequest } from './types.ts';

const fromText = new FromStringShapeDeserializer(restSettings);
const toText = new ToStringShapeSerializer(restSettings);

interface HttpTraits {
  httpLabel?: unknown;
  httpQuery?: string;
  httpHeader?: string;
  httpPayload?: unknown;
  httpResponseCode?: unknown;
}

const traitsOf = (member: NormalizedSchema) => member.getMergedTraits() as HttpTraits;

/** REST-JSON: method and path choose the operation; members travel in path, query, headers or body (EKS). */
export const restJson: Codec = {
  read(operation, request, labels) {
    const schema = NormalizedSchema.of(operation.input);
    if (!schema.isStructSchema()) return {};
    const out = readJson(restJsonCodec, schema, request.body.toString());
    for (const [name, member] of schema.structIterator()) {
      const bound = readBound(member, request, labels[name]);
      if (bound !== undefined) out[name] = bound;
    }
    return out;
  },
  write(operation, value) {
    const schema = NormalizedSchema.of(operation.output);
    const headers = { 'content-type': 'application/json' };
    const reply = { status: operation.http?.[2] ?? 200, headers, body: '' };
    return schema.isStructSchema() ? writeBound(operation, schema, value, reply) : { ...reply, body: '{}' };
  },
  error: (failure) => ({
    status: failure.status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': failure.name },
    body: writeJsonError(restJsonCodec, failure, {}),
  }),
};

/** The value of a member that travels outside the body's members; undefined when it is in the body or absent. */
function readBound(member: NormalizedSchema, request: WireRequest, label: string | undefined): unknown {
  const traits = traitsOf(member);
  if (traits.httpLabel) return fromText.read(member, label ?? '') as unknown;
  if (traits.httpQuery) return readQueryParameter(member, request.query.getAll(traits.httpQuery));
  if (traits.httpHeader) {
    const text = request.headers[traits.httpHeader.toLowerCase()];
    return text === undefined ? undefined : (fromText.read(member, text) as unknown);
  }
  if (!traits.httpPayload || request.body.length === 0) return undefined;
  if (member.isStructSchema()) return readJson(restJsonCodec, member, request.body.toString());
  return member.isBlobSchema() ? request.body : request.body.toString();
}

function readQueryParameter(member: NormalizedSchema, texts: string[]): unknown {
  if (texts.length === 0) return undefined;
  if (member.isListSchema()) return texts.map((text) => fromText.read(member.getValueSchema(), text) as unknown);
  return fromText.read(member, texts[0] ?? '') as unknown;
}

interface RestReply {
  status: number;
  headers: Record<string, string>;
  body: string | Uint8Array;
}

function writeBound(operation: OperationShape, schema: NormalizedSchema, value: Values, reply: RestReply): RestReply {
  const body = { ...value };
  let payload: string | Uint8Array | undefined;
  for (const [name, member] of schema.structIterator()) {
    const traits = traitsOf(member);
    const found = body[name];
    if (!traits.httpHeader && !traits.httpResponseCode && !traits.httpPayload) continue;
    delete body[name];
    if (found === undefined || found === null) continue;
    if (traits.httpHeader) reply.headers[traits.httpHeader.toLowerCase()] = textOf(member, found);
    else if (traits.httpResponseCode) reply.status = found as number;
    else payload = member.isStructSchema() ? writeJson(restJsonCodec, member, found) : (found as string | Uint8Array);
  }
  return { ...reply, body: payload ?? writeJson(restJsonCodec, operation.output, body) };
}

function textOf(member: NormalizedSchema, value: unknown): string {
  toText.write(member, value);
  return toText.flush();
}
