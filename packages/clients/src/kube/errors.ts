import { MeshbedError, findCause } from '@meshbed/core';
import { nameOf, type Reference } from './manifest.ts';

/** What the API server answered, or `undefined` when it was not reached. */
export class KubeFailure extends Error {
  readonly status: number | undefined;
  /** `AlreadyExists`, `Forbidden`, … */
  readonly reason: string;

  constructor(status: number | undefined, reason: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'KubeFailure';
    this.status = status;
    this.reason = reason;
  }
}

/** Whether the object is missing, or the whole kind (its CRD isn't installed). */
export function isMissing(error: unknown): boolean {
  const failure = findCause(error, KubeFailure);
  return failure?.status === 404 || failure?.reason === 'UnknownKind';
}

/** Gives an error of the client library the object's name and the server's message. */
export async function readable<T>(reference: Reference, verb: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const failure = failureOf(error);
    throw new MeshbedError('cloud/kubernetes', `can't ${verb} ${nameOf(reference)}`, { cause: failure });
  }
}

function failureOf(error: unknown): KubeFailure {
  const { code, body, message } = error as { code?: unknown; body?: unknown; message?: string };
  if (typeof code !== 'number') {
    const unknownKind = /Unrecognized API version and kind|Failed to fetch resource metadata/.test(message ?? '');
    return new KubeFailure(undefined, unknownKind ? 'UnknownKind' : 'Unreachable', message ?? String(error), {
      cause: error,
    });
  }
  const status = statusOf(body);
  return new KubeFailure(code, status.reason ?? String(code), status.message ?? `HTTP status ${code}`);
}

function statusOf(body: unknown): { reason?: string; message?: string } {
  if (typeof body !== 'string') return body ?? {};
  try {
    return JSON.parse(body) as { reason?: string; message?: string };
  } catch {
    return { message: body };
  }
}
