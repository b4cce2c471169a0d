import { virtualClock } from '@meshbed/core';
import { expect, test } from 'vitest';
import { coalesce } from './coalesce.ts';

function world(run: () => Promise<void>) {
  const clock = virtualClock();
  const errors: unknown[] = [];
  const end = new AbortController();
  const onError = (error: unknown) => errors.push(error);
  const trigger = coalesce({ clock, signal: end.signal, quietMs: 5, retryMs: 1000, run, onError });
  return { clock, errors, trigger, end };
}

test('coalesce: many triggers, one run', async () => {
  let runs = 0;
  const { clock, trigger } = world(async () => void runs++);
  for (let times = 0; times < 10; times++) trigger();
  await clock.advance(5);
  expect(runs).toBe(1);
  await clock.advance(10_000);
  expect(runs).toBe(1);
});

test('coalesce: triggered while it runs, it runs once more and never twice at once', async () => {
  const gates: (() => void)[] = [];
  const { clock, trigger } = world(() => new Promise((resolve) => gates.push(resolve)));
  trigger();
  await clock.advance(5);
  trigger();
  trigger();
  await clock.advance(50);
  expect(gates).toHaveLength(1);
  gates[0]?.();
  await clock.advance(5);
  expect(gates).toHaveLength(2);
});

test('coalesce: a run that fails is reported and tried again', async () => {
  let runs = 0;
  const { clock, errors, trigger } = world(async () => {
    if (++runs === 1) throw new Error('no');
  });
  trigger();
  await clock.advance(5);
  expect([runs, errors.length]).toEqual([1, 1]);
  await clock.advance(1005);
  expect([runs, errors.length]).toEqual([2, 1]);
});

test.each([
  ['while it waits for a retry', 5],
  ['before its first run', 0],
])('coalesce: ended %s, it never runs again', async (_, advanceMs) => {
  let runs = 0;
  const { clock, trigger, end } = world(async () => {
    runs++;
    throw new Error('no');
  });
  trigger();
  await clock.advance(advanceMs);
  const before = runs;
  end.abort();
  trigger();
  await clock.advance(10_000);
  expect(runs).toBe(before);
});

test('coalesce: a run that fails because everything ends is neither reported nor tried again', async () => {
  const { clock, errors, trigger, end } = world(async () => {
    end.abort();
    throw new Error('the connection is gone');
  });
  trigger();
  await clock.advance(10_000);
  expect(errors).toEqual([]);
});
