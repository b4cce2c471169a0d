import { expect, test } from 'vitest';
import { gone, RunningCommand } from './command.ts';

const run = ['run', '1'];
const demo = ['demo', '1', '2', '--at-once', '2'];

test.each([
  ['SIGINT', 'to the command, while istioctl runs', 'Istio core installed', 'kill', 1, run],
  ['SIGINT', 'twice from a terminal', 'EKS cluster', 'killGroup', 2, run],
  ['SIGHUP', 'from a terminal', 'EKS cluster', 'killGroup', 1, run],
  ['SIGINT', 'from a terminal, while a second process runs scenarios', '✓  2  EKS cluster', 'killGroup', 1, demo],
] as const)('%s %s: the command ends with 130 and leaves nothing', async (signal, _, moment, kill, times, args) => {
  using command = new RunningCommand(...args, '--plain');
  await command.says(moment);
  const pids = await command.processes();
  command[kill](signal);
  await command.says('meshbed: stopping and cleaning up');
  if (times > 1) command[kill](signal);
  expect(await command.ends()).toBe(130);
  await gone(pids);
  expect(command.leftovers()).toEqual([]);
});
