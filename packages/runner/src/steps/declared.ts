import { isAlreadyThere } from '@meshbed/clients/aws';
import { MeshbedError, findCause, until } from '@meshbed/core';
import type { RunEvent } from '../events.ts';
import { identityOf } from '../journal/identity.ts';
import { patienceOf } from '../target.ts';
import { cloudError } from '../run/failure.ts';
import { isSettling } from '../run/settling.ts';
import type { Resource, Step, StepContext, StepId, StepRun, Wait } from './types.ts';

/** A step from one description of what must exist. */
export function declared(body: (context: StepContext) => Promise<void>): Step {
  return {
    async check(run) {
      try {
        await body(checking(run));
        return { state: 'present' };
      } catch (error) {
        const absent = findCause(error, Absent);
        if (absent) return { state: 'absent', reason: absent.message };
        throw error;
      }
    },
    apply: body,
  };
}

/** Ends a check at the first thing that isn't there. */
class Absent extends Error {}

function checking(run: StepRun): StepContext {
  return {
    ...run,
    async ensure<T>(resource: Resource<T>) {
      const found = await finding(resource);
      if (found === undefined) throw new Absent(`no ${resource.kind} ${resource.name}`);
      const difference = resource.differs?.(found);
      if (difference !== undefined) throw new Absent(`${resource.kind} ${resource.name}: ${difference}`);
      return found;
    },
    async wait<T>({ condition }: Wait<T>) {
      const progress = await condition();
      if (progress.state === 'waiting') throw new Absent(progress.reason);
      return progress.value;
    },
    report() {},
  };
}

export interface Applying {
  step: StepId;
  run: StepRun;
  /** Also writes again what is as wanted, where that is possible. */
  force?: boolean;
  emit: (event: RunEvent) => void;
}

const propagationMs = 120_000;

export function applying({ step, run, force = false, emit }: Applying): StepContext {
  const { clock, signal } = run;
  const onWaiting = (reason: string) => emit({ kind: 'step-waiting', step, reason, atMs: clock.now() });
  const inTurn = <T>(act: () => Promise<T>) => run.oneByOne?.turns.take(act) ?? act();
  const pollMs = run.oneByOne?.pollMs;
  const pace = pollMs === undefined ? {} : { backoff: { firstMs: pollMs, factor: 1, maxMs: pollMs } };
  const ensure = async <T>(resource: Resource<T>): Promise<T> => {
    const { kind, name } = resource;
    const found = await finding(resource);
    const isWritten = force && resource.update !== undefined;
    if (found !== undefined && !isWritten && resource.differs?.(found) === undefined) return found;
    signal.throwIfAborted();
    const change = found === undefined ? 'create' : 'update';
    emit({ kind: 'resource-intended', step, resource: kind, name, change, atMs: clock.now() });
    const made = await until(async () => ({ state: 'ready', value: await making(resource, found) }), {
      clock,
      signal,
      what: `${kind} ${name}`,
      timeoutMs: propagationMs * patienceOf(run),
      retryOn: (error) => isSettling(error instanceof MeshbedError ? error.cause : error),
      onWaiting,
    });
    const id = identityOf(made);
    const identity = id === undefined ? {} : { id };
    emit({ kind: 'resource-settled', step, resource: kind, name, ...identity, atMs: clock.now() });
    return made;
  };
  return {
    ...run,
    report: onWaiting,
    ensure: (resource) => inTurn(() => ensure(resource)),
    wait(wait) {
      const timeoutMs = wait.timeoutMs * patienceOf(run);
      return inTurn(() => until(wait.condition, { ...wait, ...pace, timeoutMs, clock, signal, onWaiting }));
    },
  };
}

async function finding<T>({ kind, name, find }: Resource<T>): Promise<T | undefined> {
  try {
    return await find();
  } catch (error) {
    throw cloudError(error, `can't look for ${kind} ${name}`, name);
  }
}

/** Somebody else may be faster: what is there by now is as good. */
async function making<T>(resource: Resource<T>, found: T | undefined): Promise<T> {
  const { kind, name } = resource;
  try {
    return found === undefined ? await resource.create() : await (resource.update?.(found) ?? found);
  } catch (error) {
    const other = isAlreadyThere(error) ? await finding(resource) : undefined;
    if (other !== undefined) return other;
    throw cloudError(error, `can't ${found === undefined ? 'create' : 'update'} ${kind} ${name}`, name);
  }
}
