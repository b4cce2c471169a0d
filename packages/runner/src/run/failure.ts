import { errorCode } from '@meshbed/clients/aws';
import { AzureError } from '@meshbed/clients/azure';
import { MeshbedError, describeError, findCause, messageOf } from '@meshbed/core';
import type { Failure } from '../events.ts';

/** Gives an error of AWS's SDK or of Azure the shape of ours: its wire code, the object, what the cloud said. */
export function cloudError(error: unknown, what: string, object?: string): Error {
  const isCloud = error instanceof Error && ('$metadata' in error || error instanceof AzureError);
  if (findCause(error, MeshbedError) || !isCloud) return error as Error;
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
