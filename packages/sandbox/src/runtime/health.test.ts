import { virtualClock } from '@meshbed/core';
import { expect, test } from 'vitest';
import { monitorHealth } from './health.ts';

const check = { test: { tcpPort: 1 }, intervalMs: 1000, timeoutMs: 500, retries: 3, startPeriodMs: 0 };

/** Outcomes of the checks, one a second: `+` passes, `-` fails, `~` never answers. */
const cases: [string, { outcomes: string; startPeriodMs?: number; pace?: number }, string[]][] = [
  ['passes: healthy at once', { outcomes: '+' }, ['0 HEALTHY']],
  ['fails less often than the retries: nothing is known', { outcomes: '---' }, []],
  ['fails as often as the retries, not counting the start: unhealthy', { outcomes: '-----' }, ['3000 UNHEALTHY']],
  ['one success between failures: the count starts anew', { outcomes: '---+--' }, ['3000 HEALTHY']],
  ['healthy, then not', { outcomes: '+---' }, ['0 HEALTHY', '3000 UNHEALTHY']],
  ['unhealthy, then healthy', { outcomes: '----+' }, ['3000 UNHEALTHY', '4000 HEALTHY']],
  ['failures in the start period do not count', { outcomes: '------', startPeriodMs: 2500 }, ['5000 UNHEALTHY']],
  ['after a success they count even there', { outcomes: '+---', startPeriodMs: 9000 }, ['0 HEALTHY', '3000 UNHEALTHY']],
  ['no answer in time is a failure', { outcomes: '~~~~' }, ['5000 UNHEALTHY']],
  ['a pace shortens intervals', { outcomes: '+---', pace: 0.1 }, ['0 HEALTHY', '1200 UNHEALTHY']],
  ['a pace leaves a slow start its time', { outcomes: '-'.repeat(60), pace: 0.1 }, ['5300 UNHEALTHY']],
];

test.each(cases)('health: %s', async (_, { outcomes, startPeriodMs = 0, pace = 1 }, expected) => {
  const clock = virtualClock();
  const seen: string[] = [];
  const ended = new AbortController();
  const left = outcomes.split('');
  const monitoring = monitorHealth(
    {
      check: { ...check, startPeriodMs },
      clock,
      pace,
      onChange: (health) => seen.push(`${clock.now()} ${health}`),
      checkOnce: (_test, timeout) => {
        const outcome = left.shift();
        if (outcome === undefined) ended.abort();
        if (outcome !== '~') return Promise.resolve(outcome === '+');
        return new Promise((_resolve, reject) =>
          timeout.addEventListener('abort', () => reject(timeout.reason as Error), { once: true }),
        );
      },
    },
    ended.signal,
  );
  await clock.advance(20_000);
  await monitoring;
  expect(seen).toEqual(expected);
  expect(clock.pending).toBe(0);
});
