import type { Readable, Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import type { ExecSession } from '@meshbed/core';
import { messageOf } from '@meshbed/core';

/** The client's end of an exec or attach, whatever protocol carries it. */
export interface CommandChannels {
  /** Ends when the client closes its input; undefined when it sends none. */
  stdin: Readable | undefined;
  stdout: Writable | undefined;
  stderr: Writable | undefined;
  onResize(listener: (size: { columns: number; rows: number }) => void): void;
  /** Aborted when the client has gone. */
  gone: AbortSignal;
  /** Sends the outcome (a metav1.Status) and closes the connection. */
  finish(status: object): Promise<void>;
}

/** Starts a command and connects it with its client until it exits; a client that leaves ends the command. */
export async function serveCommand(channels: CommandChannels, start: () => ExecSession): Promise<void> {
  let session: ExecSession;
  try {
    session = start();
  } catch (error) {
    return channels.finish(failureStatus(error));
  }
  channels.gone.addEventListener('abort', () => session.kill(), { once: true });
  channels.onResize((size) => session.resize(size));
  if (channels.stdin) pipeline(channels.stdin, session.stdin).catch(ignore);
  else session.stdin.end();
  const outputs = [forward(session.stdout, channels.stdout), forward(session.stderr, channels.stderr)];
  const outcome = await session.exited.then(exitStatus, failureStatus);
  await Promise.all(outputs);
  await channels.finish(outcome);
}

const ignore = () => {};

/** The output is not ended: the status must come first. A client that has gone must not stall the command. */
async function forward(from: Readable, to: Writable | undefined): Promise<void> {
  if (!to) return void from.resume();
  from.on('error', ignore);
  to.on('error', () => from.unpipe(to).resume());
  to.on('close', () => from.unpipe(to).resume());
  from.pipe(to, { end: false });
  await finished(from, { writable: false }).catch(ignore);
}

/** The form in which kubectl expects the end of a command; a code other than 0 is a failure with a cause. */
export function exitStatus(code: number): object {
  if (code === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit status ${code}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  };
}

export function failureStatus(error: unknown): object {
  return { metadata: {}, status: 'Failure', message: messageOf(error), reason: 'InternalError', code: 500 };
}
