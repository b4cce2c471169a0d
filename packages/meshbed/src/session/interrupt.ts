import { constants } from 'node:os';

const showCursor = '\x1b[?25h';
const ending: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** What ends a command that was stopped. */
export class Interrupted extends Error {}

export const stoppedExitCode = 130;

export interface Interrupt extends Disposable {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** Resolves at the first signal. */
  readonly stopped: Promise<void>;
  /** Leaves signals to somebody else until `resume`. */
  pause(): void;
  resume(): void;
}

/** The first Ctrl-C starts nothing more and cleans up; the second ends the process at once, with `lastWords`. */
export function createInterrupt({ lastWords = '' }: { lastWords?: string } = {}): Interrupt {
  const controller = new AbortController();
  const { promise: stopped, resolve } = Promise.withResolvers<void>();
  const onSignal = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) {
      if (process.stderr.isTTY) process.stderr.write(showCursor);
      process.stderr.write(lastWords);
      process.exit(128 + constants.signals[name]);
    }
    process.stderr.write('\nmeshbed: stopping and cleaning up; once more to stop at once\n');
    controller.abort(new Interrupted(`stopped by ${name}`));
    resolve();
  };
  const resume = () => ending.forEach((name) => process.on(name, onSignal));
  const pause = () => ending.forEach((name) => process.off(name, onSignal));
  resume();
  return { signal: controller.signal, stopped, pause, resume, [Symbol.dispose]: pause };
}
