import type { WriteStream } from 'node:tty';
import { emptyRun, fold } from '@meshbed/runner/journal';
import { frame } from './frame.ts';
import type { View } from './index.ts';
import { paintFor } from './paint.ts';
import { summary } from './summary.ts';

const hideCursor = '\x1b[?25l';
const showCursor = '\x1b[?25h';
const framesPerSecond = 10;

/** Repaints in place, ten times a second and when the terminal changes its size. */
export function liveView(out: WriteStream): View {
  const paint = paintFor(out);
  let state = emptyRun;
  let painted = 0;
  let closed = false;
  const repaint = () => {
    const lines = frame(state, { nowMs: Date.now(), columns: out.columns, rows: out.rows - 1, paint });
    const up = painted > 0 ? `\x1b[${painted}A` : '';
    // A synchronised update (mode 2026): terminals that know it show the frame at once, others ignore it.
    out.write(`\x1b[?2026h${up}\r\x1b[J${lines.join('\n')}\n\x1b[?2026l`);
    painted = lines.length;
  };
  const restore = () => out.write(showCursor);
  out.write(hideCursor);
  const timer = setInterval(() => state.run !== '' && repaint(), 1000 / framesPerSecond).unref();
  out.on('resize', repaint);
  process.on('exit', restore);
  return {
    show(event) {
      state = fold(state, event);
    },
    close() {
      if (closed) return;
      closed = true;
      clearInterval(timer);
      out.off('resize', repaint);
      process.off('exit', restore);
      if (state.run !== '') repaint();
      restore();
      if (state.outcome !== 'running') out.write(summary(state, paint));
    },
  };
}
