import { NormalizedSchema } from '@smithy/core/schema';
import { readJson, rpcJsonCodec, writeJson, writeJsonError } from './json-values.ts';
import type { Codec, WireResponse } from './types.ts';

const response = (status: number, body: string): WireResponse => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body,
});

/** AWS JSON 1.1: the operation in `X-Amz-Target`, everything else in the body (ECS, CloudWatch Logs). */
export const json: Codec = {
  read(operation, request) {
    const schema = NormalizedSchema.of(operation.input);
    return schema.isStructSchema() ? readJson(rpcJsonCodec, schema, request.body.toString()) : {};
  },
  write: (operation, value) => response(200, writeJson(rpcJsonCodec, operation.output, value)),
  error: (failure) => response(failure.status, writeJsonError(rpcJsonCodec, failure, { __type: failure.name })),
};
