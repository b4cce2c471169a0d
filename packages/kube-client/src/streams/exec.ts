import { type Readable, Writable } from 'node:stream';
import { messageOf } from '@meshbed/core';
import { createWebSocketStream, type WebSocket } from 'ws';
import { KubeError } from '../errors.ts';
import { channels, sendOn } from './channels.ts';

/** The first version that can close standard input; served since Kubernetes 1.30. */
export const execProtocol = 'v5.channel.k8s.io';

/** What is left out is not transferred. Outputs are not ended: several commands may share them. */
export interface CommandStreams {
  stdin?: Readable;
  stdout?: Writable;
  stderr?: Writable;
}

interface Status {
  status?: string;
  message?: string;
  details?: { causes?: { reason?: string; message?: string }[] };
}

/**
 * Serves a command's streams until its status arrives.
 * @returns the exit code
 * @throws KubeError `Exec` when the command did not start, or the connection broke off before its status arrived
 */
export async function runCommand(socket: WebSocket, { stdin, stdout, stderr }: CommandStreams): Promise<number> {
  const outputs = new Map([
    [channels.stdout, stdout],
    [channels.stderr, stderr],
  ] as [number, Writable | undefined][]);
  const input = channelInput(socket);
  stdin?.pipe(input);
  try {
    for await (const message of messages(socket)) {
      const [channel = channels.close, payload] = [message[0], message.subarray(1)];
      if (channel === channels.status) return exitCodeOf(statusIn(payload));
      await written(outputs.get(channel), payload);
    }
  } catch (cause) {
    throw cause instanceof KubeError ? cause : new KubeError(0, 'Exec', messageOf(cause), { cause });
  } finally {
    stdin?.unpipe(input);
    socket.terminate();
  }
  throw new KubeError(0, 'Exec', 'the connection ended before the status of the command arrived');
}

/** Reads no faster than its consumer. */
const messages = (socket: WebSocket): AsyncIterable<Buffer> =>
  createWebSocketStream(socket, { readableObjectMode: true });

/** Resolves when there is room for more. */
const written = (to: Writable | undefined, payload: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    if (to) to.write(payload, (error) => (error ? reject(error) : resolve()));
    else resolve();
  });

function channelInput(socket: WebSocket): Writable {
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => sendOn(socket, channels.stdin, chunk, done),
    final: (done) => sendOn(socket, channels.close, Buffer.from([channels.stdin]), done),
  }).on('error', () => {}); // a command that ends without reading its input says why by its exit code
}

function statusIn(payload: Buffer): Status {
  try {
    return JSON.parse(payload.toString()) as Status;
  } catch {
    return { message: payload.toString() };
  }
}

/** The last message of an exec is a Status: success, or failure with the exit code among its causes. */
function exitCodeOf({ status, message, details }: Status): number {
  if (status === 'Success') return 0;
  const code = details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message;
  if (code === undefined) throw new KubeError(0, 'Exec', message ?? 'the command could not be started');
  return Number(code);
}
