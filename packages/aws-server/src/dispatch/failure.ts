import { NormalizedSchema } from '@smithy/core/schema';
import { type EventLog, messageOf } from '@meshbed/core';
import { AwsError } from '../errors.ts';
import type { Service } from '../service.ts';
import type { WireFailure } from '../wire/index.ts';

interface ErrorTraits {
  awsQueryError?: readonly [code: string, status: number];
  httpError?: number;
}

/** The wire form of what a call threw. Anything but an AwsError is a defect of the sandbox, and logged as one. */
export function failureOf(error: unknown, service: Service | undefined, log: EventLog): WireFailure {
  if (!(error instanceof AwsError)) return internalFailure(error, service, log);
  const { name, message, data } = error;
  const schema = service?.errorSchema(name);
  const traits: ErrorTraits = schema ? (NormalizedSchema.of(schema).getMergedTraits() as ErrorTraits) : {};
  const status = traits.awsQueryError?.[1] ?? traits.httpError ?? error.status;
  return { name, code: traits.awsQueryError?.[0] ?? name, message, status, schema, data };
}

function internalFailure(error: unknown, service: Service | undefined, log: EventLog): WireFailure {
  const message = messageOf(error);
  log.write('aws', 'internal failure', { service: service?.name, message, stack: (error as Error | undefined)?.stack });
  return { name: 'InternalFailure', code: 'InternalFailure', message, status: 500, schema: undefined, data: {} };
}
