import { virtualClock } from '@meshbed/core';
import { expect, test } from 'vitest';
import type { RunEvent } from '../events.ts';
import { applying, declared } from './declared.ts';
import type { Resource, StepContext, StepRun } from './types.ts';

const clock = virtualClock();
const gates = { reach() {}, after: async () => {} };
const run = { ...gates, clock, signal: new AbortController().signal, target: {} } as unknown as StepRun;

/** A thing in a world that can be made, changed, or made by somebody else in between. */
function thing(world: { value?: string }, more: Partial<Resource<string>> = {}): Resource<string> {
  return {
    kind: 'thing',
    name: 't',
    find: async () => world.value,
    create: async () => (world.value = 'wanted'),
    differs: (found) => (found === 'wanted' ? undefined : `it is ${found}`),
    update: async () => (world.value = 'wanted'),
    ...more,
  };
}

async function apply(body: (step: StepContext) => Promise<unknown>) {
  const events: RunEvent[] = [];
  await body(applying({ step: 'sso_login', run, emit: (event) => events.push(event) }));
  return events.map((event) => (event.kind === 'resource-intended' ? `${event.kind} ${event.change}` : event.kind));
}

test.each([
  ['absent', undefined, 'no thing t'],
  ['different', 'old', 'thing t: it is old'],
  ['as wanted', 'wanted', undefined],
])('check: %s', async (_name, value, reason) => {
  const world = value === undefined ? {} : { value };
  const checked = await declared(async (step) => void (await step.ensure(thing(world)))).check(run);
  expect(checked).toEqual(reason === undefined ? { state: 'present' } : { state: 'absent', reason });
  expect(world).toEqual(value === undefined ? {} : { value });
});

test('check: a wait that is not over is absent, an error is an error', async () => {
  const waiting = declared(
    async (step) =>
      void (await step.wait({
        what: 'x',
        timeoutMs: 1,
        condition: async () => ({ state: 'waiting', reason: 'half' }),
      })),
  );
  expect(await waiting.check(run)).toEqual({ state: 'absent', reason: 'half' });
  await expect(declared(() => Promise.reject(new Error('denied'))).check(run)).rejects.toThrow('denied');
});

test.each([
  ['absent', undefined, ['resource-intended create', 'resource-settled']],
  ['different', 'old', ['resource-intended update', 'resource-settled']],
  ['as wanted', 'wanted', []],
])('apply: %s', async (_name, value, expected) => {
  const world: { value?: string } = value === undefined ? {} : { value };
  expect(await apply((step) => step.ensure(thing(world)))).toEqual(expected);
  expect(world.value).toBe('wanted');
});

test('apply: what somebody else made in between is as good', async () => {
  const world: { value?: string } = {};
  const create = () => {
    world.value = 'wanted';
    return Promise.reject(Object.assign(new Error('exists'), { name: 'ResourceInUseException' }));
  };
  expect(await apply((step) => step.ensure(thing(world, { create })))).toEqual([
    'resource-intended create',
    'resource-settled',
  ]);
});

test('apply: tries again while AWS has not settled, and names the resource when it gives up', async () => {
  const world: { value?: string } = {};
  let tries = 0;
  const create = async () => {
    if (++tries < 3)
      throw Object.assign(new Error('Invalid principal in policy'), { name: 'MalformedPolicyDocument', $metadata: {} });
    return (world.value = 'wanted');
  };
  const made = apply((step) => step.ensure(thing(world, { create })));
  await clock.advance(1000);
  expect(await made).toEqual(['resource-intended create', 'step-waiting', 'resource-settled']);
  const denied = () =>
    Promise.reject(Object.assign(new Error('not authorized'), { name: 'AccessDenied', $metadata: {} }));
  await expect(apply((step) => step.ensure(thing({}, { create: denied })))).rejects.toMatchObject({
    code: 'cloud/access-denied',
    message: "can't create thing t: AccessDenied: not authorized",
  });
});
