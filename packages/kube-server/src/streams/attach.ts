import { PassThrough } from 'node:stream';
import type { ExecSession } from '@meshbed/core';
import type { ContainerRecord } from '../kubelet/index.ts';
import { ApiError } from '../store/index.ts';

/**
 * A running container in the shape of a command that ends with it: its output from now on; of one that takes input from
 * its beginning, since `kubectl run -i` comes a moment after the start.
 * @throws ApiError BadRequest when it does not run
 */
export function attached(record: ContainerRecord, takesInput: boolean): ExecSession {
  if (record.state.phase !== 'running') {
    throw new ApiError('BadRequest', `container ${record.spec.name} is not running`);
  }
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough().end()];
  const { input, spec, log } = record;
  if (input && takesInput) stdin.pipe(input, { end: spec.stdinOnce ?? false });
  else stdin.resume();
  const exited = Promise.withResolvers<number>();
  const end = () => {
    stdout.end();
    exited.resolve(record.state.phase === 'exited' ? record.state.exitCode : 0);
  };
  if (input) for (const { text } of log.lines) stdout.write(`${text}\n`);
  const subscription = log.follow((line) => (line === 'end' ? end() : stdout.write(`${line.text}\n`)));
  const kill = () => {
    subscription[Symbol.dispose]();
    end();
  };
  return { stdin, stdout, stderr, resize: () => {}, kill, exited: exited.promise };
}
