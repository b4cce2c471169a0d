import { PassThrough, Writable } from 'node:stream';
import type { WebSocket } from 'ws';
import type { CommandChannels } from './command.ts';

/** Channel numbers of `v4.channel.k8s.io` and `v5.channel.k8s.io`: the first byte of every message. */
const channel = { stdin: 0, stdout: 1, stderr: 2, status: 3, resize: 4, close: 255 } as const;

export interface CommandOptions {
  stdin: boolean;
  stdout: boolean;
  stderr: boolean;
  tty: boolean;
}

/** Exec and attach over a WebSocket. v5 differs from v4 only in the message `255, channel` that closes a channel. */
export function webSocketChannels(socket: WebSocket, options: CommandOptions): CommandChannels {
  const gone = new AbortController();
  const stdin = options.stdin ? new PassThrough() : undefined;
  const sizes = new PassThrough({ objectMode: true });
  socket.on('message', (message: Buffer) => {
    const payload = message.subarray(1);
    if (message[0] === channel.stdin) receive(socket, stdin, payload);
    else if (message[0] === channel.resize) sizes.write(parseSize(payload) ?? { columns: 80, rows: 24 });
    else if (message[0] === channel.close && payload[0] === channel.stdin) stdin?.end();
  });
  socket.on('error', () => socket.terminate());
  socket.on('close', () => {
    gone.abort();
    stdin?.end();
  });
  const open = (number: number) => {
    send(socket, number, Buffer.alloc(0), ignore); // an empty message first, as the real API server does
    return channelWriter(socket, number);
  };
  socket.resume();
  return {
    stdin,
    stdout: options.stdout ? open(channel.stdout) : undefined,
    stderr: options.stderr && !options.tty ? open(channel.stderr) : undefined,
    onResize: (listener) => void sizes.on('data', listener),
    gone: gone.signal,
    async finish(status) {
      await new Promise((sent) => send(socket, channel.status, Buffer.from(JSON.stringify(status)), sent));
      socket.close(1000);
    },
  };
}

const ignore = () => {};

/** Sends what is written to it on one channel. That the client has gone is told by the socket. */
export function channelWriter(socket: WebSocket, number: number): Writable {
  const writer = new Writable({
    write(chunk: Buffer, _encoding, done) {
      send(socket, number, chunk, done);
    },
  });
  return writer.on('error', ignore); // without a listener it would end the process
}

/** Called back when the message has left, so that a slow client slows its command down. */
function send(socket: WebSocket, number: number, payload: Buffer, sent: (error?: Error) => void): void {
  socket.send(Buffer.concat([Buffer.from([number]), payload]), sent);
}

/** Stops reading the connection while the receiver is full. */
export function receive(socket: WebSocket, to: Writable | undefined, payload: Buffer): void {
  if (!to || to.writableEnded || to.destroyed || to.write(payload) || socket.isPaused) return;
  socket.pause();
  const resume = () => {
    to.off('drain', resume).off('close', resume);
    socket.resume();
  };
  to.on('drain', resume).on('close', resume);
}

/** `{"Width":80,"Height":24}`; undefined when it is not that. */
export function parseSize(payload: Buffer): { columns: number; rows: number } | undefined {
  try {
    const { Width, Height } = JSON.parse(payload.toString()) as { Width?: unknown; Height?: unknown };
    return typeof Width === 'number' && typeof Height === 'number' ? { columns: Width, rows: Height } : undefined;
  } catch {
    return undefined;
  }
}
