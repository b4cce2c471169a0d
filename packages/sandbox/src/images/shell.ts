import type { ProgramContext } from '@meshbed/core';
import { untilAborted } from './serve.ts';

/**
 * An image whose only job is to be there for `exec`: its command idles. Idling costs no process; any other command is
 * refused with words, since nothing here isolates it from this machine.
 */
export async function shell({ argv, clock, signal, log, setHealthy }: ProgramContext): Promise<number> {
  setHealthy(true);
  const words = argv
    .join(' ')
    .replace(/^(\/bin\/)?sh -c /, '')
    .trim();
  if (/^((?:\/(?:usr\/)?bin\/)?sleep infinity|tail -f \/dev\/null|cat)$/.test(words)) {
    await untilAborted(signal);
    return 0;
  }
  const seconds = /^(?:\/(?:usr\/)?bin\/)?sleep (\d+)$/.exec(words)?.[1];
  if (seconds !== undefined) {
    await clock.sleep(Number(seconds) * 1000, signal);
    return 0;
  }
  log(
    `this image only idles in the sandbox (sleep N, sleep infinity, tail -f /dev/null); it can't run: ${words || 'nothing'}`,
  );
  return 127;
}
