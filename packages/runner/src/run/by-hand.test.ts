import { virtualClock, type Clock } from '@meshbed/core';
import { expect, test } from 'vitest';
import { applying } from '../steps/declared.ts';
import type { StepContext, StepRun } from '../steps/types.ts';
import { asProcesses, Turns } from './by-hand.ts';

/** Acts that take a second each, and what happened when. */
function diary(clock: Clock) {
  const lines: string[] = [];
  const act = (name: string) => async () => {
    lines.push(`${clock.now() / 1000} ${name} begins`);
    await clock.sleep(1000);
    lines.push(`${clock.now() / 1000} ${name} ends`);
  };
  return { lines, act };
}

test('turns: one after the other, in order, also after one that fails', async () => {
  const clock = virtualClock(0);
  const { lines, act } = diary(clock);
  const turns = new Turns();
  const all = Promise.allSettled([
    turns.take(act('first')),
    turns.take(() => Promise.reject(new Error('fails'))),
    turns.take(act('last')),
  ]);
  await clock.advance(2000);
  expect((await all).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(lines).toEqual(['0 first begins', '1 first ends', '1 last begins', '2 last ends']);
});

test('turns: what an act takes on its way is part of it', async () => {
  const turns = new Turns();
  const nested = turns.take(() => turns.take(() => Promise.resolve('inner')));
  await expect(nested).resolves.toBe('inner');
});

test('processes: each call starts when the one before has ended, and a process later', async () => {
  const clock = virtualClock(0);
  const { lines, act } = diary(clock);
  const around = asProcesses({ atOnce: [], awsCommands: [], processMs: 500, pollMs: 15_000 }, clock);
  const both = Promise.all([around(act('first')), around(act('second'))]);
  await clock.advance(3000);
  await both;
  expect(lines).toEqual(['0.5 first begins', '1.5 first ends', '2 second begins', '3 second ends']);
});

test('a step by hand: resources and waits come one after the other, and a wait looks at its own pace', async () => {
  const clock = virtualClock(0);
  const { lines, act } = diary(clock);
  const step = stepOf(clock, { turns: new Turns(), pollMs: 15_000 });
  const resource = (name: string) =>
    step.ensure({ kind: 'thing', name, find: async () => undefined, create: act(name) });
  let looks = 0;
  const condition = () =>
    Promise.resolve(
      ++looks < 3
        ? ({ state: 'waiting', reason: 'not yet' } as const)
        : ({ state: 'ready', value: clock.now() } as const),
    );
  const all = Promise.all([resource('a'), step.wait({ what: 'it', timeoutMs: 60_000, condition }), resource('b')]);
  await clock.advance(40_000);
  expect((await all)[1]).toBe(31_000);
  expect(lines).toEqual(['0 a begins', '1 a ends', '31 b begins', '32 b ends']);
});

function stepOf(clock: Clock, oneByOne: StepRun['oneByOne']): StepContext {
  const gates = { reach() {}, after: async () => {} };
  const run = { ...gates, clock, signal: new AbortController().signal, target: {}, oneByOne } as unknown as StepRun;
  return applying({ step: 'sso_login', run, emit() {} });
}
