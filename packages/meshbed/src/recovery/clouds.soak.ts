import { scenarioNumbered } from '@meshbed/runner';
import { expect, test } from 'vitest';
import { expectCleanable, expectGreen, killedRun, momentsFrom } from './crash.ts';
import { createEnvironment } from './environment.ts';

// As crash.soak.ts, in two clouds.
const scenario = '4';
const tests = 15;
const killsPerSandbox = 5;
const steps = scenarioNumbered(scenario).steps.map(({ id }) => id);
const moments = momentsFrom('two clouds', { count: 25, events: 330 });
const chains = Array.from({ length: moments.length / killsPerSandbox }, (_, at) => {
  const chain = moments.slice(at * killsPerSandbox, (at + 1) * killsPerSandbox);
  return { chain, name: chain.map((moment) => Object.values(moment)).join(', ') };
});

test('soak: two clouds, killed inside every step, at last green and cleanable', async () => {
  await using environment = await createEnvironment();
  for (const inside of steps) await killedRun(environment, scenario, { inside });
  await expectGreen(environment, scenario, tests);
  await expectCleanable(environment);
});

test.for(chains)('soak: two clouds, killed at events $name, at last green and cleanable', async ({ chain }) => {
  await using environment = await createEnvironment();
  for (const moment of chain) await killedRun(environment, scenario, moment);
  await expectGreen(environment, scenario, tests);
  await expectCleanable(environment);
});

test.for(steps)('soak: two clouds, killed inside %s, cleanup finds everything, and only ours', async (inside) => {
  await using environment = await createEnvironment();
  const { events } = await killedRun(environment, scenario, { inside });
  expect(events.length).toBeGreaterThan(0);
  await expectCleanable(environment);
});

test.for(moments)('soak: two clouds, killed at %j, cleanup finds everything, and only ours', async (moment) => {
  await using environment = await createEnvironment();
  await killedRun(environment, scenario, moment);
  await expectCleanable(environment);
});
