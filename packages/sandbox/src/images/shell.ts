import type { ProgramContext } from '@meshbed/core';
import { untilAborted } from '../runtime/termination.ts';

/**
 * An image whose only job is to be there for `exec`: its command idles. Idling costs no process; any other command is
 * refused with words, since nothing here isolates it from this machine.
 */
export async function shell({ argv, clock, signal, log }: ProgramContext): Promise<number> {
  const words = argv.join(' ').replace(throughShell, '').trim();
  if (forEver.test(words)) {
    await untilAborted(signal);
    return 0;
  }
  const seconds = forAWhile.exec(words)?.[1];
  if (seconds !== undefined) {
    await clock.sleep(Number(seconds) * 1000, signal);
    return 0;
  }
  const known = 'sleep N, sleep infinity, tail -f /dev/null';
  log(`this image only idles in the sandbox (${known}); it can't run: ${words || 'nothing'}`);
  return 127;
}

const throughShell = /^(\/bin\/)?sh -c /;
const forEver = /^((\/(usr\/)?bin\/)?sleep (infinity|inf)|tail -f \/dev\/null|cat)$/;
const forAWhile = /^(?:\/(?:usr\/)?bin\/)?sleep (\d+)$/;
