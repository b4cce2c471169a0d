import { wayOf } from '../../journal/counts.ts';
import { markup, type Markup } from '../markup.ts';
import { wordOf } from '../words.ts';

export type Tone = 'good' | 'bad' | 'warn' | 'quiet';

const marks: Record<ReturnType<typeof wayOf>, { mark: string; tone: Tone }> = {
  passed: { mark: '✓', tone: 'good' },
  failed: { mark: '✗', tone: 'bad' },
  aborted: { mark: '■', tone: 'warn' },
  skipped: { mark: '–', tone: 'quiet' },
  notRun: { mark: '○', tone: 'quiet' },
};

/** A sign for the eye and a word for everybody. */
export function markFor(outcome: string): Markup {
  const { mark, tone } = marks[wayOf(outcome)];
  return markup`<span class="mark ${tone}" aria-hidden="true">${mark}</span><span class="hidden">${wordOf(outcome)}: </span>`;
}

/** Both to be seen; the word leaves on narrow screens, but stays for readers. */
export function markAndWord(outcome: string): Markup {
  const { mark, tone } = marks[wayOf(outcome)];
  return markup`<span class="${tone}"><span aria-hidden="true">${mark}</span> <span class="word">${wordOf(outcome).split(':')[0]}</span></span>`;
}
