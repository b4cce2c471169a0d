import { errorCode } from '@meshbed/clients/aws';
import { MeshbedError, describeError, findCause, messageOf } from '@meshbed/core';
import type { Failure } from '../events.ts';

/** Gives an AWS SDK error the shape of ours: its wire code, the object, what AWS said. */
export function cloudError(error: unknown, what: string, object?: string): Error {
  if (findCause(error, MeshbedError) || !(error instanceof Error) || !('$metadata' in error)) return error as Error;
  const code = errorCode(error);
  return new MeshbedError(`cloud/${kebab(code)}`, `${what}: ${code}: ${messageOf(error)}`, {
    cause: error,
    ...(object === undefined ? {} : { object }),
  });
}

export function failureOf(error: unknown): Failure {
  const code = findCause(error, MeshbedError)?.code ?? 'bug/unexpected';
  return { code, text: describeError(error) };
}

const kebab = (code: string) =>
  code
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll('.', '-')
    .toLowerCase();
