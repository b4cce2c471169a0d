import { expect, test } from 'vitest';
import { resumeCommand } from './resume.ts';

test.each([
  ['run 3 --instance latest', 'run 3 --instance latest'],
  ['run 3 -s 5 --plain', 'run 3 --plain'],
  ['run 3 -s5', 'run 3'],
  ['run 3 --step=istio_install --stop-after 7', 'run 3 --stop-after 7'],
  ['run 3 --step istio_install --reset --from-scratch --force -d', 'run 3 -d'],
  ["run 3 -c my'file", `run 3 -c 'my'\\''file'`],
])('resume: %s goes on with %s', (given, resumed) => {
  expect(resumeCommand(given.split(' '))).toBe(`meshbed ${resumed}`);
});
