import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '@meshbed/core';
import type { StepId } from '../steps/types.ts';

/** How people do it with shell scripts: one thing after the other. */
export interface ByHand {
  /** Steps that one command does by itself, several things at the same time. */
  atOnce: readonly StepId[];
  /** Steps made of commands of the AWS CLI, each call a process of its own. */
  awsCommands: readonly StepId[];
  /** From the start of such a command to its call. */
  processMs: number;
  /** Between two looks of one that waits (`aws ecs wait services-stable`). */
  pollMs: number;
}

/** One act at a time, in the order in which they were asked for; what an act does on its way is part of it. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  readonly #within = new AsyncLocalStorage<true>();

  take<T>(act: () => Promise<T>): Promise<T> {
    if (this.#within.getStore()) return act();
    const taken = this.#last.then(() => this.#within.run(true, act));
    this.#last = taken.catch(() => {});
    return taken;
  }
}

/** Surrounds the calls of AWS clients: each is a process, and the next one starts when it has ended. */
export function asProcesses({ processMs }: ByHand, clock: Clock): <T>(call: () => Promise<T>) => Promise<T> {
  const turns = new Turns();
  return (call) =>
    turns.take(async () => {
      await clock.sleep(processMs);
      return call();
    });
}
