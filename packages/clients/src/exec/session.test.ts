import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '@meshbed/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { decodeMessage, encodeMessage, payloadTypes, type ChannelMessage } from './message.ts';
import { readSession } from './session.ts';

/** What the agent does after the opening text frame; returns what the client sent. */
type Script = (agent: Agent) => void;

class Agent {
  readonly received: ChannelMessage[] = [];
  opening = '';
  /** Everything the client sent has been received. */
  readonly closed: Promise<void>;
  #sequence = 0n;
  readonly #socket: WebSocket;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => socket.on('close', () => resolve()));
  }

  message(payloadType: number, payload: string | Buffer, sequence: bigint = this.#sequence++): void {
    this.#send({ type: 'output_stream_data', payloadType, payload: Buffer.from(payload), sequence });
  }

  close(): void {
    this.#send({ type: 'channel_closed', payloadType: 0, payload: Buffer.from('{"Output":""}'), sequence: 0n });
  }

  drop(): void {
    this.#socket.terminate();
  }

  #send(part: Pick<ChannelMessage, 'type' | 'payloadType' | 'payload' | 'sequence'>): void {
    this.#socket.send(encodeMessage({ ...part, flags: 0n, id: '00112233-4455-6677-8899-aabbccddeeff' }, 0));
  }
}

let server: Server;
let sockets: WebSocketServer;
let agent: Agent | undefined;
let script: Script;
let streamUrl: string;

beforeEach(async () => {
  server = createServer();
  sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => {
    const current = (agent = new Agent(socket));
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) return void current.received.push(decodeMessage(data));
      current.opening = data.toString();
      script(current);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  streamUrl = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/v1/data-channel/s`;
});

afterEach(async () => {
  sockets.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const read = (signal?: AbortSignal) =>
  readSession({ sessionId: 's', streamUrl, tokenValue: 'secret' }, { clock: systemClock, timeoutMs: 5000, signal });

const handshake = JSON.stringify({
  RequestedClientActions: [{ ActionType: 'SessionType' }, { ActionType: 'KMSEncryption' }],
});

test('session: shakes hands, acknowledges every message and returns the output in order', async () => {
  script = (it) => {
    it.message(payloadTypes.handshakeRequest, handshake);
    it.message(payloadTypes.handshakeComplete, '{}');
    it.message(payloadTypes.output, 'b', 3n);
    it.message(payloadTypes.output, 'a', 2n);
    it.message(payloadTypes.output, 'a', 2n);
    it.close();
  };
  expect(await read()).toBe('ab');
  await agent?.closed;
  expect(JSON.parse(agent?.opening ?? '{}')).toMatchObject({ MessageSchemaVersion: '1.0', TokenValue: 'secret' });
  const acknowledged = agent?.received.filter(({ type }) => type === 'acknowledge') ?? [];
  expect(acknowledged.map(({ payload }) => JSON.parse(payload.toString()).AcknowledgedMessageSequenceNumber)).toEqual([
    0, 1, 3, 2, 2,
  ]);
  const data = agent?.received.filter(({ type }) => type === 'input_stream_data') ?? [];
  expect(data.map(({ payloadType, sequence }) => [payloadType, sequence])).toEqual([
    [payloadTypes.handshakeResponse, 0n],
    [payloadTypes.size, 1n],
  ]);
  expect(JSON.parse(data[0]?.payload.toString() ?? '').ProcessedClientActions).toMatchObject([
    { ActionStatus: 1 },
    { ActionStatus: 3 },
  ]);
});

test('session: a character split over two messages stays whole', async () => {
  const [first, second] = [Buffer.from('é').subarray(0, 1), Buffer.from('é').subarray(1)];
  script = (it) => {
    it.message(payloadTypes.output, first);
    it.message(payloadTypes.output, second);
    it.close();
  };
  expect(await read()).toBe('é');
});

test('session: a connection that ends before the channel is an error', async () => {
  script = (it) => it.drop();
  await expect(read()).rejects.toMatchObject({ code: 'cloud/exec-session', object: 's' });
});

test('session: an abort ends it with its reason', async () => {
  const abort = new AbortController();
  script = () => abort.abort(new Error('stop'));
  await expect(read(abort.signal)).rejects.toThrow('stop');
});

test('message: survives the wire, and a damaged one is refused', () => {
  const message: ChannelMessage = {
    type: 'output_stream_data',
    sequence: 7n,
    flags: 1n,
    id: '00112233-4455-6677-8899-aabbccddeeff',
    payloadType: 1,
    payload: Buffer.from('hello'),
  };
  const frame = encodeMessage(message, 1_700_000_000_000);
  expect(decodeMessage(frame)).toEqual(message);
  expect(frame.subarray(64, 72).toString('hex')).toBe('8899aabbccddeeff');
  frame.write('j', frame.length - 5);
  expect(() => decodeMessage(frame)).toThrow('digest');
});
