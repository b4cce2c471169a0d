import { expect, test } from 'vitest';
import { MeshbedError, ready, until, virtualClock, waiting } from './index.ts';

test('until: returns the value as soon as the condition is ready', async () => {
  const clock = virtualClock();
  let asked = 0;
  const result = until(() => (++asked === 3 ? ready('up') : waiting('starting')), {
    clock,
    what: 'server',
    timeoutMs: 1000,
  });
  await clock.advance(1000);
  expect([await result, asked]).toEqual(['up', 3]);
});

test('until: the error names what was awaited and the last reason', async () => {
  const clock = virtualClock();
  const result = until(() => waiting('2 of 3 pods ready'), { clock, what: 'deployment web', timeoutMs: 1000 });
  const failed = expect(result).rejects.toMatchObject({
    code: 'cloud/timeout',
    message: 'deployment web: not within 1 s (2 of 3 pods ready)',
  });
  await clock.advance(1000);
  await failed;
});

test('until: tells each reason once', async () => {
  const clock = virtualClock();
  const reasons = ['a', 'a', 'b', 'b'];
  const told: string[] = [];
  const result = until(() => (reasons.length > 0 ? waiting(reasons.shift() ?? '') : ready(1)), {
    clock,
    what: 'x',
    timeoutMs: 10_000,
    onWaiting: (reason) => told.push(reason),
  });
  await clock.advance(10_000);
  await result;
  expect(told).toEqual(['a', 'b']);
});

test('until: retries only the errors it was told to', async () => {
  const clock = virtualClock();
  const errors = [new Error('propagating'), new Error('fatal')];
  const result = until<number>(() => Promise.reject(errors.shift() ?? new Error('none')), {
    clock,
    what: 'role',
    timeoutMs: 1000,
    retryOn: (error) => error instanceof Error && error.message === 'propagating',
  });
  const failed = expect(result).rejects.toThrow('fatal');
  await clock.advance(1000);
  await failed;
});

test('until: an abort ends the wait with its reason and leaves no timer', async () => {
  const clock = virtualClock();
  const abort = new AbortController();
  const result = until(() => waiting('never'), { clock, what: 'x', timeoutMs: 1000, signal: abort.signal });
  const failed = expect(result).rejects.toBeInstanceOf(MeshbedError);
  await clock.advance(10);
  abort.abort(new MeshbedError('user/interrupted', 'Ctrl-C'));
  await failed;
  expect(clock.pending).toBe(0);
});
