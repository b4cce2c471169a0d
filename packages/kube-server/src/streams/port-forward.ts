import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
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
  try {
    join(data, await dial(port));
    data.once('close', () => error.end());
  } catch (cause) {
    error.end(forwardFailure(port, cause));
    data.end();
  }
}

/** The sentence that kubectl prints after "error forwarding". */
function forwardFailure(port: number, cause: unknown): string {
  return `an error occurred forwarding ${port} -> ${port}: ${messageOf(cause)}`;
}

function join(client: Duplex, socket: Socket): void {
  client.pipe(socket).pipe(client);
  client.on('error', () => socket.destroy());
  socket.on('error', () => client.destroy());
  client.on('close', () => socket.destroy());
}

/**
 * Port-forward over WebSocket channels (`v4.channel.k8s.io`), as the JavaScript client does it: port number i has the
 * data channel 2i and the error channel 2i+1, each opened by the server with the port as two little-endian bytes.
 */
export function serveChannelPortForward(socket: WebSocket, ports: readonly number[], dial: DialPort): void {
  const incoming = new Map<number, (payload: Buffer) => void>();
  const open = new Set<Socket>();
  socket.resume();
  socket.on('message', (message: Buffer) => incoming.get(message[0] ?? 0)?.(message.subarray(1)));
  socket.on('error', () => socket.terminate());
  socket.on('close', () => open.forEach((connection) => connection.destroy()));
  for (const [index, port] of ports.entries()) {
    const early: Buffer[] = [];
    incoming.set(2 * index, (payload) => early.push(payload));
    const announce = Buffer.from([port & 0xff, port >> 8]);
    const [data, error] = [announced(socket, 2 * index, announce), announced(socket, 2 * index + 1, announce)];
    dial(port).then(
      (connection) => {
        open.add(connection);
        incoming.set(2 * index, (payload) => receive(socket, connection, payload));
        for (const payload of early) connection.write(payload);
        connection.on('error', (cause) => error.write(forwardFailure(port, cause)));
        connection.on('close', () => socket.close());
        connection.pipe(data);
      },
      (cause: unknown) => error.end(forwardFailure(port, cause), () => socket.close()),
    );
  }
}

function announced(socket: WebSocket, number: number, announcement: Buffer): ReturnType<typeof channelWriter> {
  const writer = channelWriter(socket, number);
  writer.write(announcement);
  return writer;
}
