import { readdirSync, readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { systemClock } from './clock.ts';

/** A promise chain or a chain of immediates may need some turns of the event loop until it shows as an event. */
const quietTurns = 4;
const shortestQuietMs = 0.5;
const longestQuietMs = 20;
/** A millisecond of quiet for each second that is to be jumped over. */
const quietPerJump = 1 / 1000;

/**
 * Resolves when this process and all its child processes wait: every thread of every child sleeps, and the event loop
 * has found nothing to do, neither in some turns nor while it really waited. The kernel hands over what was written to
 * a loopback socket at once, or as soon as it gets the processor on a busy machine; therefore the longer the jump that
 * modelled time is about to make, the longer it has to be quiet.
 *
 * Timers that do not come from a Clock are not seen.
 */
export async function untilIdle(jumpMs: number): Promise<void> {
  const quietMs = Math.min(Math.max(jumpMs * quietPerJump, shortestQuietMs), longestQuietMs);
  for (;;) {
    while (!(await quietFor(quietTurns)) || childRuns()) if (childRuns()) await systemClock.sleep(shortestQuietMs);
    const before = loopEvents();
    await systemClock.sleep(quietMs);
    if (loopEvents() === before && (await quietFor(1)) && !childRuns()) return;
  }
}

async function quietFor(turns: number): Promise<boolean> {
  const before = loopEvents();
  for (let at = 0; at < turns; at++) await turn();
  return loopEvents() === before;
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Events that the loop has handled since the process began. */
const loopEvents = () => performance.nodeTiming.uvMetricsInfo.events;

/**
 * Whether a descendant of this process runs or is about to; where the system does not tell, all sleep. One look takes
 * longer than a thread needs to wake another and fall asleep. Nothing has run between two looks that both found
 * everything asleep and as often woken.
 */
function childRuns(): boolean {
  if (!process.getActiveResourcesInfo().includes('ProcessWrap')) return false;
  const before = sleepers();
  return before === undefined || before !== sleepers();
}

/** Every thread of every descendant with its count of context switches; undefined when one does not sleep. */
function sleepers(): string | undefined {
  const threads = descendants(process.pid).flatMap(threadsOf);
  return threads.every(({ state }) => state === 'S') ? JSON.stringify(threads) : undefined;
}

function descendants(pid: number): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

interface Thread {
  id: string;
  /** `S` sleeps until an event; a process that has ended but is still listed (`Z`) is about to be one. */
  state: string;
  switches: string[];
}

function threadsOf(pid: number): Thread[] {
  return list(`/proc/${pid}/task`).flatMap((id) => {
    const status = read(`/proc/${pid}/task/${id}/status`);
    const state = /^State:\s+(\w)/m.exec(status)?.[1];
    return state === undefined ? [] : [{ id, state, switches: status.match(/ctxt_switches:\s+\d+/g) ?? [] }];
  });
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // the process has ended
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // the process has ended
  }
}
