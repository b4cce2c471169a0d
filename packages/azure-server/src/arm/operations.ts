import type { Clock, Ids } from '@meshbed/core';
import { ArmError, missing } from '../errors.ts';
import type { Answer } from './call.ts';

export interface OperationRecord {
  id: string;
  subscription: string;
  startedAtMs: number;
  endedAtMs?: number;
  status: 'InProgress' | 'Succeeded' | 'Failed';
  error?: { code: string; message: string };
  /** What `operationresults` answers at the end; undefined is 204. */
  result?: () => unknown;
}

export interface OperationsOptions {
  clock: Clock;
  ids: Ids;
  /** How long clients are asked to wait between two looks. */
  retryAfterMs: number;
  /** `https://localhost:port` */
  url: () => string;
}

export interface Begin {
  subscription: string;
  namespace: string;
  location: string;
  version: string;
  /** The rest of the work; its rejection is the operation's failure. */
  work: Promise<unknown>;
  result?: () => unknown;
}

/** Long-running operations: what a 201 or 202 points to. */
export class Operations {
  readonly #options: OperationsOptions;
  readonly #operations = new Map<string, OperationRecord>();

  constructor(options: OperationsOptions) {
    this.#options = options;
  }

  /** Headers for the answer that accepts the work. */
  begin({ subscription, namespace, location, version, work, result }: Begin): Record<string, string> {
    const { clock, ids, url } = this.#options;
    const operation: OperationRecord = {
      id: ids.uuid(),
      subscription,
      startedAtMs: clock.now(),
      status: 'InProgress',
      ...(result ? { result } : {}),
    };
    this.#operations.set(operation.id, operation);
    const end = (status: 'Succeeded' | 'Failed') => Object.assign(operation, { status, endedAtMs: clock.now() });
    work.then(
      () => end('Succeeded'),
      (error: unknown) => Object.assign(end('Failed'), { error: errorOf(error) }),
    );
    const base = `${url()}/subscriptions/${subscription}/providers/${namespace}/locations/${location}`;
    const at = (kind: string) => `${base}/${kind}/${operation.id}?api-version=${version}`;
    return {
      'azure-asyncoperation': at('operations'),
      location: at('operationresults'),
      ...this.retryHeaders(),
    };
  }

  /**
   * az waits 30 s without a header and for `retry-after: 0`; it understands milliseconds in a header of its own, which
   * the other clients ignore in favour of their default.
   */
  retryHeaders(): Record<string, string> {
    const { retryAfterMs } = this.#options;
    return retryAfterMs % 1000 === 0
      ? { 'retry-after': String(retryAfterMs / 1000) }
      : { 'retry-after-ms': String(retryAfterMs) };
  }

  /** @throws ArmError when there is none of that id, or the caller's subscription didn't begin it */
  status(subscription: string, id: string): Answer {
    const { status, startedAtMs, endedAtMs, error } = this.#find(subscription, id);
    const body = {
      name: id,
      status,
      startTime: new Date(startedAtMs).toISOString(),
      ...(endedAtMs === undefined ? {} : { endTime: new Date(endedAtMs).toISOString() }),
      ...(error ? { error } : {}),
    };
    return { status: 200, body, headers: status === 'InProgress' ? this.retryHeaders() : {} };
  }

  /** What `Location` leads to. */
  result(subscription: string, id: string, at: string): Answer {
    const { status, error, result } = this.#find(subscription, id);
    if (status === 'InProgress') return { status: 202, headers: { location: at, ...this.retryHeaders() } };
    if (error) throw new ArmError(409, error.code, error.message);
    const body = result?.();
    return body === undefined ? { status: 204 } : { status: 200, body };
  }

  #find(subscription: string, id: string): OperationRecord {
    const found = this.#operations.get(id);
    if (found?.subscription.toLowerCase() === subscription.toLowerCase()) return found;
    throw missing('OperationNotFound', `The operation '${id}' could not be found.`);
  }
}

export function errorOf(error: unknown): { code: string; message: string } {
  const { code, message } = error as Partial<ArmError> & Error;
  return { code: typeof code === 'string' ? code : 'InternalServerError', message };
}
