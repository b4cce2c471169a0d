import type { Program } from '@meshbed/core';
import { untilAborted } from '../runtime/termination.ts';
import { runCommand } from './command.ts';
import { idleTime } from './idle.ts';

/**
 * An image to call others from. Most are only there for `exec` and idle, which costs no process; any other command runs
 * on this machine as those of `exec` do, its connections in the workload's network.
 */
export const shell =
  (machine: Readonly<Record<string, string>>): Program =>
  async (context) => {
    const { argv, clock, signal, log } = context;
    const [first] = argv;
    if (first === undefined) {
      log('this image needs a command in the sandbox, as: sleep infinity');
      return 127;
    }
    const idleMs = context.stdin ? undefined : idleTime(argv);
    if (idleMs === undefined) return runCommand({ command: entryPoint(first), ports: {} }, machine, context);
    if (idleMs === Number.POSITIVE_INFINITY) await untilAborted(signal);
    else await clock.sleep(idleMs, signal);
    return 0;
  };

/** Images of curl take its arguments, too: an option or an address. */
const entryPoint = (first: string) => (/^-|^https?:/.test(first) ? ['curl'] : []);
