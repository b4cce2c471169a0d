// Runs commands and prints the ids of their processes, then waits to be killed.
import { systemClock } from '@meshbed/core';
import { runCommand } from '../images/command.ts';
import { container, image, world } from './world.ts';

const idle = [process.execPath, '-e', 'console.log(process.pid); setInterval(() => {}, 1e6)'];
const withChild = ['/bin/sh', '-c', 'echo $$; "$@" & wait', 'sh', ...idle];

const at = world({
  own: [image('mine', (context) => runCommand({ command: withChild }, {}, context))],
  clock: systemClock,
});
const { workload, logs } = at.start([container('mine'), container('shell')]);
while (logs.length < 2) await systemClock.sleep(10);
for (const line of logs) console.log(line.replace('mine: ', ''));
workload.exec('shell', idle, { tty: false }).stdout.pipe(process.stdout);
