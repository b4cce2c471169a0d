import { scenarioNumbered } from '@meshbed/runner';
import { expect, test } from 'vitest';
import { expectCleanable, expectGreen, killedRun, momentsFrom } from './crash.ts';
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
