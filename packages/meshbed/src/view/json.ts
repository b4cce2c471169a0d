import type { View } from './index.ts';

/** One event per line and nothing else. */
export function jsonView(out: NodeJS.WritableStream): View {
  return {
    show: (event) => void out.write(`${JSON.stringify(event)}\n`),
    close() {},
  };
}
