import { PassThrough } from 'node:stream';
import type { ExecSession } from '@meshbed/core';
import type { ContainerRecord } from '../kubelet/index.ts';
import { ApiError } from '../store/index.ts';

/**
 * A running container's output from now on, in the shape of a command that ends with the container.
 * @throws ApiError BadRequest when it does not run
 */
export function attachedOutput(record: ContainerRecord): ExecSession {
  if (record.state.phase !== 'running') {
    throw new ApiError('BadRequest', `container ${record.spec.name} is not running`);
  }
  const [stdin, stdout, stderr] = [new PassThrough().resume(), new PassThrough(), new PassThrough().end()];
  const exited = Promise.withResolvers<number>();
  const end = () => {
    stdout.end();
    exited.resolve(record.state.phase === 'exited' ? record.state.exitCode : 0);
  };
  const subscription = record.log.follow((line) => (line === 'end' ? end() : stdout.write(`${line.text}\n`)));
  const kill = () => {
    subscription[Symbol.dispose]();
    end();
  };
  return { stdin, stdout, stderr, resize: () => {}, kill, exited: exited.promise };
}
