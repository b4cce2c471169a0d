import { randomBytes } from 'node:crypto';
import { systemClock } from '@meshbed/core';
import { versionOf } from '../version.ts';
import { startControl } from './control.ts';
import { describeInstance, writeInstance, type Instance } from './instance.ts';
import type { RunningSandbox } from './sandbox.ts';

export interface Published extends AsyncDisposable {
  instance: Instance;
  /** Resolves when another command asks the sandbox to stop. */
  stopAsked: Promise<void>;
}

/** Lets other commands find the sandbox and end it, until disposed. */
export async function publish(sandbox: RunningSandbox, clusterName: string): Promise<Published> {
  const { promise: stopAsked, resolve: stop } = Promise.withResolvers<void>();
  const facts = { pid: process.pid, version: versionOf(), startedMs: systemClock.now() };
  const secret = randomBytes(24).toString('base64url');
  const control = await startControl({ secret, health: facts, stop });
  const instance = describeInstance(sandbox, { ...facts, clusterName, secret, control: control.url });
  writeInstance(instance);
  return { instance, stopAsked, [Symbol.asyncDispose]: () => control[Symbol.asyncDispose]() };
}
