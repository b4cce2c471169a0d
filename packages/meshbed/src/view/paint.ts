import { styleText } from 'node:util';

export type Tone = 'good' | 'bad' | 'busy' | 'quiet' | 'strong';

/** Colours text for a stream, or leaves it as it is. */
export type Paint = (tone: Tone, text: string) => string;

const formats = { good: 'green', bad: 'red', busy: 'cyan', quiet: 'dim', strong: 'bold' } as const;

export const noPaint: Paint = (_tone, text) => text;

/** Follows NO_COLOR, FORCE_COLOR and whether the stream is a terminal. */
export function paintFor(stream: NodeJS.WritableStream): Paint {
  return (tone, text) => styleText(formats[tone], text, { stream });
}

/** Meaning never rests on colour alone. */
export const marks: Record<string, { mark: string; tone: Tone }> = {
  planned: { mark: '·', tone: 'quiet' },
  running: { mark: '▸', tone: 'busy' },
  done: { mark: '✓', tone: 'good' },
  passed: { mark: '✓', tone: 'good' },
  unchanged: { mark: '=', tone: 'good' },
  failed: { mark: '✗', tone: 'bad' },
  skipped: { mark: '-', tone: 'quiet' },
  blocked: { mark: '-', tone: 'quiet' },
  cancelled: { mark: '-', tone: 'quiet' },
  'not-run': { mark: '-', tone: 'quiet' },
};

export function markOf(status: string): { mark: string; tone: Tone } {
  return marks[status] ?? { mark: '?', tone: 'quiet' };
}
