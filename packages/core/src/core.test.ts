import { expect, test } from 'vitest';
import {
  createIds,
  describeError,
  EventLog,
  exitCodeOf,
  findCause,
  MeshbedError,
  systemClock,
  virtualClock,
} from './index.ts';

test('virtual clock: timers run in the order in which they fall due', async () => {
  const clock = virtualClock(1000);
  const seen: [string, number][] = [];
  for (const [name, ms] of [
    ['late', 30],
    ['early', 10],
    ['middle', 20],
  ] as const) {
    clock.after(ms, () => seen.push([name, clock.now()]));
  }
  await clock.advance(25);
  expect(seen).toEqual([
    ['early', 1010],
    ['middle', 1020],
  ]);
});

test('virtual clock: a timer set by a timer runs in the same advance when it falls due', async () => {
  const clock = virtualClock();
  const slept: number[] = [];
  void clock
    .sleep(10)
    .then(() => clock.sleep(10))
    .then(() => slept.push(clock.now()));
  await clock.advance(30);
  expect(slept).toEqual([20]);
});

test('clock: a sleep ends with the reason of its signal', async () => {
  for (const clock of [systemClock, virtualClock()]) {
    const sleep = clock.sleep(60_000, AbortSignal.abort(new Error('stopped')));
    await expect(sleep).rejects.toThrow('stopped');
  }
});

test.each([
  ['user/config', 2],
  ['environment/port', 3],
  ['cloud/denied', 4],
  ['bug/unexpected', 70],
] as const)('errors: %s exits with %i, also as the cause of another error', (code, exit) => {
  const error = new Error('outer', { cause: new MeshbedError(code, 'inner') });
  expect(exitCodeOf(error)).toBe(exit);
  expect(findCause(error, MeshbedError)?.code).toBe(code);
});

test('errors: an unknown error is a bug', () => expect(exitCodeOf(new TypeError('x'))).toBe(70));

test('errors: a person sees what, on which object, why, and what next', () => {
  const error = new MeshbedError('cloud/denied', 'AssumeRole was refused', {
    object: 'arn:aws:iam::111122223333:role/istiod-local',
    likely: 'its trust policy does not name the caller',
    next: 'meshbed run 1 --step infrastructure_iam',
    cause: new Error('AccessDenied'),
  });
  expect(describeError(error)).toBe(
    [
      'AssumeRole was refused: AccessDenied',
      '  object: arn:aws:iam::111122223333:role/istiod-local',
      '  likely: its trust policy does not name the caller',
      '  next:   meshbed run 1 --step infrastructure_iam',
    ].join('\n'),
  );
});

test('ids: the same seed gives the same ids, of the asked length and form', () => {
  const [one, two] = [createIds('seed'), createIds('seed')];
  expect([one.hex(17), one.uuid(), one.alphanumeric(16)]).toEqual([two.hex(17), two.uuid(), two.alphanumeric(16)]);
  expect(createIds('seed').hex(17)).toMatch(/^[0-9a-f]{17}$/);
  expect(one.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(one.hex(17)).not.toBe(one.hex(17));
});

test('event log: tells listeners and keeps the newest', () => {
  const log = new EventLog(virtualClock(5), 2);
  const heard: string[] = [];
  using _ = log.subscribe((event) => heard.push(event.what));
  const written = ['a', 'b', 'c', 'd', 'e', 'f'];
  for (const [at, what] of written.entries()) {
    log.write('area', what);
    const latest = written.slice(0, at + 1).slice(-2);
    for (const area of [undefined, 'area']) expect(log.list(area).map((event) => event.what)).toEqual(latest);
  }
  expect(heard).toEqual(written);
  expect(log.list('other')).toEqual([]);
});
