import { createIds } from '@meshbed/core';
import { scenarioNumbered } from '@meshbed/runner';
import { expect, test } from 'vitest';
import { expectCleanable, expectGreen, killedCleanup, killedRun, momentsFrom } from './crash.ts';
import { createEnvironment } from './environment.ts';

const scenario = '3';
const tests = 30;
const killsPerSandbox = 5;
const moments = momentsFrom('soak', { count: 50, events: 400 });
const chains = Array.from({ length: moments.length / killsPerSandbox }, (_, at) => {
  const chain = moments.slice(at * killsPerSandbox, (at + 1) * killsPerSandbox);
  return { chain, name: chain.map((moment) => Object.values(moment)).join(', ') };
});

test.for(chains)('soak: killed at events $name, each time resumed, at last green and cleanable', async ({ chain }) => {
  await using environment = await createEnvironment();
  for (const moment of chain) await killedRun(environment, scenario, moment);
  await expectGreen(environment, scenario, tests);
  await expectCleanable(environment);
});

test('soak: killed inside every step, at last green', async () => {
  await using environment = await createEnvironment();
  for (const { id } of scenarioNumbered(scenario).steps) await killedRun(environment, scenario, { inside: id });
  await expectGreen(environment, scenario, tests);
});

test.for(moments)('soak: killed at %j, cleanup finds everything, and only ours', async (moment) => {
  await using environment = await createEnvironment();
  await killedRun(environment, scenario, moment);
  await expectCleanable(environment);
});

test.for(scenarioNumbered(scenario).steps.map(({ id }) => id))(
  'soak: killed inside %s, cleanup finds everything, and only ours',
  async (step) => {
    await using environment = await createEnvironment();
    const { events } = await killedRun(environment, scenario, { inside: step });
    expect(events.length).toBeGreaterThan(0);
    await expectCleanable(environment);
  },
);

const killsOfCleanup = createIds('cleanup');

test.for(scenarioNumbered(scenario).steps.map(({ id }) => id))(
  'soak: killed inside %s, then twice while cleaning up; the third cleanup finds everything, and only ours',
  async (step) => {
    await using environment = await createEnvironment();
    await killedRun(environment, scenario, { inside: step });
    for (const events of [60, 30]) await killedCleanup(environment, killsOfCleanup.integer(events));
    await expectCleanable(environment);
  },
);

test('soak: a cleanup that is killed again and again after a whole run, each time later, leaves nothing in the end', async () => {
  await using environment = await createEnvironment();
  await expectGreen(environment, scenario, tests);
  for (const event of [0, 3, 6, 12, 12, 24, 24, 36, 48]) await killedCleanup(environment, event);
  await expectCleanable(environment);
});

test('soak: what a killed cleanup left is built up again, at last green and cleanable', async () => {
  await using environment = await createEnvironment();
  await expectGreen(environment, scenario, tests);
  for (const event of [5, 25, 50]) {
    await killedCleanup(environment, event);
    await expectGreen(environment, scenario, tests);
  }
  await expectCleanable(environment);
});
