import { readdirSync, readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { systemClock } from './clock.ts';

/** A promise chain or a chain of immediates may need some turns of the event loop until it shows as an event. */
const quietTurns = 4;
const pauseMs = 1;

/**
 * Resolves when this process and all its child processes wait: the event loop has found no event for some turns, and
 * every thread of every child sleeps. Loopback sockets and pipes deliver at once, so that what was written has been
 * seen by then. The children are looked at before the last turn: what one of them wrote before it fell asleep is an
 * event of that turn.
 *
 * Timers that do not come from a Clock are not seen.
 */
export async function untilIdle(): Promise<void> {
  for (let quiet = 0; quiet < quietTurns;) {
    const before = loopEvents();
    if (quiet === quietTurns - 1 && childRuns()) {
      quiet = 0;
      await systemClock.sleep(pauseMs);
      continue;
    }
    await turn();
    quiet = loopEvents() === before ? quiet + 1 : 0;
  }
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Events that the loop has handled since the process began. */
const loopEvents = () => performance.nodeTiming.uvMetricsInfo.events;

/** Whether a thread of a descendant of this process runs or is about to; where the system does not tell, all sleep. */
function childRuns(): boolean {
  return process.getActiveResourcesInfo().includes('ProcessWrap') && descendants(process.pid).some(runs);
}

function descendants(pid: number): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

/** Anything but `S`, a sleep that an event ends: a process that has just ended (`Z`) is about to be one. */
function runs(pid: number): boolean {
  return threads(pid).some((thread) => {
    const status = read(`/proc/${pid}/task/${thread}/stat`);
    // The name before it may contain anything, also parentheses.
    return status !== '' && status[status.lastIndexOf(')') + 2] !== 'S';
  });
}

function threads(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return []; // it has ended
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // the process has ended
  }
}
