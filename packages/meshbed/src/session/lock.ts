import { duration, systemClock } from '@meshbed/core';
import { lockEnvironment, type Lock } from '@meshbed/runner/lock';
import type { Environment } from './environment.ts';

/** Keeps a second command away from the environment until disposed. */
export function lock({ target }: Environment, what: { clusterName: string; command: string }): Lock {
  const held = lockEnvironment({
    workDir: target.workDir,
    ...what,
    clock: systemClock,
  });
  if (held.takenOver) process.stderr.write(`meshbed: ${takeover(held.takenOver)}\n`);
  return held;
}

function takeover({ command, pid, user, host, sinceMs }: NonNullable<Lock['takenOver']>): string {
  const age = duration(systemClock.now() - sinceMs);
  return `took over the lock of "${command}", ${age} old: its process ${pid} of ${user} on ${host} does not exist any more`;
}
