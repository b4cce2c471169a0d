/** One command at a time changes an environment. */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { MeshbedError, type Clock } from '@meshbed/core';

/** Who holds the lock. */
export interface LockOwner {
  pid: number;
  host: string;
  user: string;
  /** `run 3`, `cleanup` */
  command: string;
  sinceMs: number;
}

export interface Lock extends Disposable {
  /** Whose lock it was, when its owner had died. */
  takenOver: LockOwner | undefined;
}

export interface LockOptions {
  workDir: string;
  /** What tells one environment from another. */
  clusterName: string;
  command: string;
  clock: Clock;
}

/**
 * Keeps a second command away from the environment until disposed. The lock of a process that doesn't exist any more is
 * taken over.
 * @throws MeshbedError `user/locked` with the owner and the age of its lock
 */
export function lockEnvironment({ workDir, clusterName, command, clock }: LockOptions): Lock {
  const file = join(workDir, `${clusterName}.lock`);
  mkdirSync(dirname(file), { recursive: true });
  const own: LockOwner = {
    pid: process.pid,
    host: hostname(),
    user: userInfo().username,
    command,
    sinceMs: clock.now(),
  };
  const takenOver = create(file, own) ? undefined : takeOver(file, own);
  held.add(file);
  return {
    takenOver,
    [Symbol.dispose]() {
      held.delete(file);
      rmSync(file, { force: true });
    },
  };
}

/** All at once, with its owner: a lock is never seen empty. */
function create(file: string, own: LockOwner): boolean {
  const aside = asideOf(file, own);
  writeFileSync(aside, JSON.stringify(own));
  try {
    linkSync(aside, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(aside);
  }
}

const asideOf = (file: string, { pid }: LockOwner) => `${file}.${pid}`;

function takeOver(file: string, own: LockOwner): LockOwner | undefined {
  const owner = read(file);
  if (owner && isAlive(file, owner, own)) throw locked(file, owner, own.sinceMs);
  const aside = asideOf(file, own);
  try {
    renameSync(file, aside);
    // Somebody else may have taken the dead lock over meanwhile: then this is a living one and goes back.
    const renamed = read(aside);
    if (renamed?.pid !== owner?.pid) linkSync(aside, file);
    rmSync(aside);
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
  if (create(file, own)) return owner;
  throw locked(file, read(file), own.sinceMs);
}

/** undefined for a lock that a crash left empty. */
function read(file: string): LockOwner | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as LockOwner;
  } catch {
    return undefined;
  }
}

/** Locks of this process. */
const held = new Set<string>();

/** Of another machine's processes nothing is known: they count as alive. */
function isAlive(file: string, { pid, host }: LockOwner, own: LockOwner): boolean {
  if (host !== own.host) return true;
  // In a container an earlier process may have had the same number.
  if (pid === own.pid) return held.has(file);
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function locked(file: string, owner: LockOwner | undefined, nowMs: number): MeshbedError {
  if (!owner) return new MeshbedError('user/locked', 'another meshbed works on this environment', { object: file });
  const { pid, host, user, command, sinceMs } = owner;
  const minutes = Math.max(0, Math.round((nowMs - sinceMs) / 60_000));
  return new MeshbedError('user/locked', `another meshbed works on this environment: ${command}, for ${minutes} min`, {
    object: `process ${pid} of ${user} on ${host}`,
    next: `wait for it or stop it; if that process is no meshbed: rm ${file}`,
  });
}
