import { expect, test } from 'vitest';
import { expectCleanable, expectGreen, killedRun, momentsFrom } from './crash.ts';
import { createEnvironment } from './environment.ts';

// The short list; the long one, on scenario 3, is crash.soak.ts.
const [early, middle, late] = momentsFrom('short', { count: 3, events: 150 });

test('crash: killed twice, the next run takes over the lock, resumes and passes everything', async () => {
  await using environment = await createEnvironment();
  for (const moment of [early, middle]) if (moment) await killedRun(environment, '1', moment);
  const { stderr } = await expectGreen(environment, '1', 8);
  expect(stderr).toContain('took over the lock of "run 1"');
}, 90_000);

test('crash: killed, cleanup finds everything, and only ours', async () => {
  await using environment = await createEnvironment();
  if (late) await killedRun(environment, '1', late);
  await expectCleanable(environment);
}, 60_000);
