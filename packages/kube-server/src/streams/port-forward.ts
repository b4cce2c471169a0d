import type { Socket } from 'node:net';
import { type Duplex, PassThrough, type Readable } from 'node:stream';
import { messageOf } from '@meshbed/core';
import type { WebSocket } from 'ws';
import { SpdySession, type SpdyStream } from './spdy/session.ts';
import { channelWriter, receive } from './websocket-channels.ts';

/** Opens a connection to a port inside the pod. */
export type DialPort = (port: number) => Promise<Socket>;

/**
 * Port-forward over SPDY, on a raw connection or tunnelled in a WebSocket: for each forwarded connection the client
 * opens an `error` and a `data` stream that share the header `requestid`.
 */
export async function serveSpdyPortForward(transport: Duplex, dial: DialPort): Promise<void> {
  const waiting = new Map<string, SpdyStream>();
  const session = new SpdySession(transport, (stream) => {
    const request = stream.headers['requestid'] ?? '';
    const other = waiting.get(request);
    if (!other) return void waiting.set(request, stream);
    waiting.delete(request);
    const [error, data] = stream.headers['streamtype'] === 'error' ? [stream, other] : [other, stream];
    void forwardStreams(data, error, dial);
  });
  await session.closed;
}

async function forwardStreams(data: SpdyStream, error: SpdyStream, dial: DialPort): Promise<void> {
  const port = Number(data.headers['port']);
  const fail = (cause: unknown) => {
    error.end(forwardFailure(port, cause));
    data.end();
  };
  // kubectl keeps the connection open until it has seen this; its reset may come before all is known to be sent.
  for (const event of ['finish', 'close']) data.once(event, () => error.end());
  try {
    const connection = await dial(port);
    if (data.destroyed) return void connection.destroy();
    connection.on('error', fail);
    data.on('close', () => connection.destroy());
    data.pipe(connection).pipe(data);
  } catch (cause) {
    fail(cause);
  }
}

/** The sentence that kubectl prints after "error forwarding". */
function forwardFailure(port: number, cause: unknown): string {
  return `an error occurred forwarding ${port} -> ${port}: ${messageOf(cause)}`;
}

/**
 * Port-forward over WebSocket channels (`v4.channel.k8s.io`), as the JavaScript client does it: port number i has the
 * data channel 2i and the error channel 2i+1, each opened by the server with the port as two little-endian bytes.
 */
export function serveChannelPortForward(socket: WebSocket, ports: readonly number[], dial: DialPort): void {
  const inputs = ports.map(() => new PassThrough());
  socket.on('message', (message: Buffer) => receive(socket, inputs[(message[0] ?? 0) / 2], message.subarray(1)));
  socket.on('error', () => socket.terminate());
  for (const [index, input] of inputs.entries())
    void forwardChannel(socket, { index, port: ports[index] ?? 0, input }, dial);
  socket.resume();
}

interface ForwardedChannel {
  index: number;
  port: number;
  input: Readable;
}

async function forwardChannel(
  socket: WebSocket,
  { index, port, input }: ForwardedChannel,
  dial: DialPort,
): Promise<void> {
  const [data, error] = [channelWriter(socket, 2 * index), channelWriter(socket, 2 * index + 1)];
  for (const channel of [data, error]) channel.write(Buffer.from([port & 0xff, port >> 8]));
  const fail = (cause: unknown) => error.end(forwardFailure(port, cause), () => socket.close());
  try {
    const connection = await dial(port);
    connection.on('error', fail);
    socket.once('close', () => connection.destroy());
    data.once('finish', () => socket.close());
    input.pipe(connection).pipe(data);
  } catch (cause) {
    fail(cause);
  }
}
