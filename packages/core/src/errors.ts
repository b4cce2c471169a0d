/**
 * Who has to act on an error:
 * `user` the input is wrong, `environment` the machine lacks something, `cloud` a cloud or the mesh refused or did not
 * get there, `bug` meshbed itself is wrong.
 */
export type ErrorClass = 'user' | 'environment' | 'cloud' | 'bug';

/** `class/slug`, for example `cloud/access-denied`. The class decides the exit code. */
export type ErrorCode = `${ErrorClass}/${string}`;

export const exitCodes: Record<ErrorClass, number> = { user: 2, environment: 3, cloud: 4, bug: 70 };

export interface ErrorDetails extends ErrorOptions {
  /** The object it happened to: an ARN, an id, a path. */
  object?: string;
  /** Why it most likely happened. */
  likely?: string;
  /** What to run or change next. */
  next?: string;
}

/** The one error class of the product: what failed, on which object, the likely cause, the next command. */
export class MeshbedError extends Error {
  readonly code: ErrorCode;
  readonly object: string | undefined;
  readonly likely: string | undefined;
  readonly next: string | undefined;

  constructor(code: ErrorCode, message: string, { object, likely, next, ...options }: ErrorDetails = {}) {
    super(message, options);
    this.name = 'MeshbedError';
    this.code = code;
    this.object = object;
    this.likely = likely;
    this.next = next;
  }
}

export function exitCodeOf(error: unknown): number {
  const found = findCause(error, MeshbedError);
  return exitCodes[(found?.code.split('/')[0] ?? 'bug') as ErrorClass];
}

/** The first error of class `type` in the chain of causes, the error itself included. */
export function findCause<T extends Error>(error: unknown, type: new (...args: never[]) => T): T | undefined {
  for (let at: unknown = error; at instanceof Error; at = at.cause) if (at instanceof type) return at;
  return undefined;
}

/** The message with those of its causes, without repeating one that the outer message already carries. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = error.cause === undefined ? '' : messageOf(error.cause);
  const message = error.message || error.name;
  return inner === '' || message.includes(inner) ? message : `${message}: ${inner}`;
}

/** What a person reads: one line per fact. */
export function describeError(error: unknown): string {
  const found = findCause(error, MeshbedError);
  const lines = [messageOf(error)];
  if (found?.object) lines.push(`  object: ${found.object}`);
  // A wait that timed out says what it waited for in its message already.
  if (found?.likely && !lines[0]?.includes(found.likely)) lines.push(`  likely: ${found.likely}`);
  if (found?.next) lines.push(`  next:   ${found.next}`);
  return lines.join('\n');
}
