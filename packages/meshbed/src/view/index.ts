import type { WriteStream } from 'node:tty';
import type { RunEvent } from '@meshbed/runner/journal';
import { jsonView } from './json.ts';
import { liveView } from './live.ts';
import { plainView } from './plain.ts';

/** Shows a run as it goes. */
export interface View {
  show(event: RunEvent): void;
  /** Prints the summary of a run that has ended, and gives the terminal back. May be called twice. */
  close(): void;
}

export interface ViewOptions {
  kind: 'live' | 'plain' | 'json';
  verbose: boolean;
}

export function createView(out: WriteStream, { kind, verbose }: ViewOptions): View {
  switch (kind) {
    case 'json':
      return jsonView(out);
    case 'plain':
      return plainView(out, verbose);
    case 'live':
      return liveView(out);
  }
}
