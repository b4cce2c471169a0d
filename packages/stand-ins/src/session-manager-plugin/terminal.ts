import type { ReadStream, WriteStream } from 'node:tty';
import type { TerminalSize } from '@meshbed/clients/exec';

export interface TerminalEvents {
  onInput: (data: Buffer) => void;
  onEnd: () => void;
  onResize: (size: TerminalSize) => void;
  /** Ctrl-C where it does not arrive as input. */
  onInterrupt: () => void;
}

/** The end of a session where a person, or a pipe, is. */
export interface Terminal {
  write(data: string | Buffer): void;
  size(): TerminalSize;
  attach(events: TerminalEvents): Disposable;
}

/** What the plugin assumes without a terminal. */
const sizeWithout: TerminalSize = { cols: 300, rows: 100 };

type Streams = { stdin: NodeJS.ReadStream; stdout: NodeJS.WriteStream } & Pick<NodeJS.Process, 'on' | 'off'>;

/** Standard input and output of a process; a keyboard is read key by key. */
export function processTerminal(streams: Streams): Terminal {
  const { stdin, stdout } = streams as { stdin: ReadStream; stdout: WriteStream };
  const size = () => (stdout.isTTY ? { cols: stdout.columns, rows: stdout.rows } : sizeWithout);
  return {
    write: (data) => void stdout.write(data),
    size,
    attach({ onInput, onEnd, onResize, onInterrupt }) {
      const resized = () => onResize(size());
      if (stdin.isTTY) stdin.setRawMode(true);
      stdin.on('data', onInput).once('end', onEnd).resume();
      stdout.on('resize', resized);
      streams.on('SIGINT', onInterrupt);
      return {
        [Symbol.dispose]() {
          if (stdin.isTTY) stdin.setRawMode(false);
          stdin.off('data', onInput).off('end', onEnd).pause().unref?.();
          stdout.off('resize', resized);
          streams.off('SIGINT', onInterrupt);
        },
      };
    },
  };
}
