import { virtualClock } from '@meshbed/core';
import { expect, test } from 'vitest';
import { withPatience } from './retry.ts';

const startMs = Date.UTC(2026, 0, 1);

/** Asks what answers with these, one after the other; returns when it asked, in seconds, and the last status. */
async function ask(answers: { status: number; headers?: Record<string, string> }[], random = 0) {
  const clock = virtualClock(startMs);
  const asked: number[] = [];
  const running = withPatience({ clock, random: () => random }, async () => {
    asked.push((clock.now() - startMs) / 1000);
    const { status, headers = {} } = answers[Math.min(asked.length, answers.length) - 1] ?? { status: 500 };
    return { status, headers, body: undefined };
  });
  await clock.advance(600_000);
  return { asked, status: (await running).status };
}

const throttled = (headers: Record<string, string> = {}) => ({ status: 429, headers });
const ok = { status: 200 };

test.each<[string, Parameters<typeof ask>, { asked: number[]; status: number }]>([
  ['an answer', [[ok]], { asked: [0], status: 200 }],
  ['an error that will not pass', [[{ status: 409 }, ok]], { asked: [0], status: 409 }],
  ['throttled, in seconds', [[throttled({ 'retry-after': '7' }), ok]], { asked: [0, 7], status: 200 }],
  ['throttled, in milliseconds', [[throttled({ 'retry-after-ms': '250' }), ok]], { asked: [0, 0.25], status: 200 }],
  [
    'until a date',
    [[throttled({ 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' }), ok]],
    { asked: [0, 30], status: 200 },
  ],
  ['not there for a moment', [[{ status: 503 }, ok]], { asked: [0, 1], status: 200 }],
  ['a header that says nothing', [[throttled({ 'retry-after': 'soon' }), ok]], { asked: [0, 1], status: 200 }],
  ['with jitter', [[throttled({ 'retry-after': '10' }), ok], 0.5], { asked: [0, 11], status: 200 }],
  ['again and again', [[throttled()]], { asked: [0, 1, 3, 7, 15, 31], status: 429 }],
  ['for an hour', [[throttled({ 'retry-after': '3600' }), ok]], { asked: [0], status: 429 }],
])('azure: %s', async (_, args, expected) => {
  expect(await ask(...args)).toEqual(expected);
});

test('azure: a pause ends with the run', async () => {
  const controller = new AbortController();
  const running = withPatience({ clock: virtualClock(), signal: controller.signal }, async () => ({
    status: 429,
    headers: {},
    body: undefined,
  }));
  controller.abort(new Error('stopped'));
  await expect(running).rejects.toThrow('stopped');
});
