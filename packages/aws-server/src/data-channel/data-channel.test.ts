import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createIds, EventLog, systemClock } from '@meshbed/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type ChildExec, childExec } from '../testing/child-exec.ts';
import { DataChannels } from './index.ts';
import { type ChannelMessage, decodeMessage, encodeMessage, payloadTypes } from './message.ts';

const ids = createIds('data-channel');
let channels: DataChannels;
let server: ReturnType<typeof createServer>;
let url: string;
let exec: ChildExec | undefined;

beforeEach(async () => {
  exec = undefined;
  channels = new DataChannels({ clock: systemClock, ids, log: new EventLog(systemClock) });
  server = createServer().on('upgrade', (request, socket, head) => {
    if (!channels.upgrade(request, socket, head)) socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  exec?.kill();
  channels[Symbol.dispose]();
  server.close();
  await once(server, 'close');
});

const start = (...command: string[]) => {
  const channel = channels.prepare(() => (exec = childExec(command)));
  return { ...channel, streamUrl: url + channel.path };
};
const script = (source: string) => start(process.execPath, '-e', source);

interface ClientOptions {
  token?: string;
  /** Leaves the first n data frames unacknowledged. */
  loseAcknowledgements?: number;
  actionStatus?: number;
}

/** As much of a Session Manager client as the tests need. */
class Client {
  readonly socket: WebSocket;
  readonly received: ChannelMessage[] = [];
  readonly types: number[] = [];
  output = '';
  closedOutput: string | undefined;
  readonly closed: Promise<[number, string]>;
  #expected = 0;
  #sequence = 0;
  #unacknowledged: number;
  #listeners: (() => void)[] = [];

  constructor(opened: { streamUrl: string; tokenValue: string }, options: ClientOptions = {}) {
    this.#unacknowledged = options.loseAcknowledgements ?? 0;
    this.socket = new WebSocket(opened.streamUrl);
    this.closed = once(this.socket, 'close').then(([code, reason]) => [code as number, String(reason)]);
    this.socket.on('open', () =>
      this.socket.send(
        JSON.stringify({
          MessageSchemaVersion: '1.0',
          RequestId: ids.uuid(),
          TokenValue: options.token ?? opened.tokenValue,
          ClientId: ids.uuid(),
          ClientVersion: '1.2.0.0',
        }),
      ),
    );
    this.socket.on('message', (data: Buffer) => this.#receive(decodeMessage(data), options));
  }

  #receive(message: ChannelMessage, { actionStatus = 1 }: ClientOptions) {
    this.received.push(message);
    if (message.type === 'channel_closed') {
      this.closedOutput = (JSON.parse(message.payload.toString()) as { Output: string }).Output;
    }
    if (message.type !== 'output_stream_data') return this.#notify();
    if (this.#unacknowledged-- > 0) return;
    this.frame('acknowledge', 0, {
      AcknowledgedMessageType: message.type,
      AcknowledgedMessageId: message.id,
      AcknowledgedMessageSequenceNumber: message.sequence,
      IsSequentialMessage: true,
    });
    if (message.sequence !== this.#expected) return;
    this.#expected++;
    this.types.push(message.payloadType);
    if (message.payloadType === payloadTypes.output) this.output += message.payload.toString();
    if (message.payloadType === payloadTypes.handshakeRequest) {
      this.send(payloadTypes.handshakeResponse, {
        ClientVersion: '1.2.0.0',
        ProcessedClientActions: [
          { ActionType: 'SessionType', ActionStatus: actionStatus, ActionResult: null, Error: '' },
        ],
        Errors: [],
      });
    }
    this.#notify();
  }

  #notify() {
    for (const listener of this.#listeners) listener();
  }

  until(condition: () => boolean): Promise<void> {
    if (condition()) return Promise.resolve();
    return new Promise((resolve) => this.#listeners.push(() => condition() && resolve()));
  }

  frame(type: ChannelMessage['type'], payloadType: number, content: unknown, sequence = 0) {
    const payload = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content));
    const flags = type === 'acknowledge' ? 3 : 0;
    this.socket.send(encodeMessage({ type, createdAtMs: 0, sequence, flags, id: ids.uuid(), payloadType, payload }));
  }

  send(payloadType: number, content: unknown, sequence = this.#sequence++) {
    this.frame('input_stream_data', payloadType, content, sequence);
  }

  nextSequence() {
    return this.#sequence;
  }

  acknowledged(): number[] {
    return this.received
      .filter(({ type }) => type === 'acknowledge')
      .map(
        ({ payload }) =>
          (JSON.parse(payload.toString()) as { AcknowledgedMessageSequenceNumber: number })
            .AcknowledgedMessageSequenceNumber,
      );
  }
}

test('data channel: shakes hands, streams the output, says that it is closed', async () => {
  const client = new Client(script(`process.stdout.write('one\\r\\ntwo\\r\\n')`));
  expect(await client.closed).toEqual([1000, 'session ended']);
  expect(client.output).toBe('one\r\ntwo\r\n');
  expect(client.types.slice(0, 2)).toEqual([payloadTypes.handshakeRequest, payloadTypes.handshakeComplete]);
  expect(client.closedOutput).toBe('');
});

test('data channel: output longer than a frame arrives complete and in order', async () => {
  const client = new Client(script(`process.stdout.write(Array.from({ length: 60000 }, (_, i) => i).join())`));
  await client.closed;
  expect(client.output).toBe(Array.from({ length: 60_000 }, (_, index) => index).join());
});

const echo = `process.stdin.on('data', (d) => { process.stdout.write(d); if (String(d).includes('end')) process.exit(3); })`;

test('data channel: input reaches the command', async () => {
  const client = new Client(script(echo));
  await client.until(() => client.types.includes(payloadTypes.handshakeComplete));
  client.send(payloadTypes.output, Buffer.from('hello '));
  await client.until(() => client.output === 'hello ');
  client.send(payloadTypes.output, Buffer.from('end'));
  await client.closed;
  expect(client.output).toBe('hello end');
  expect(client.closedOutput).toBe('');
});

test('data channel: input out of sequence is sorted, repeated input is acknowledged and dropped', async () => {
  const client = new Client(script(echo));
  await client.until(() => client.types.includes(payloadTypes.handshakeComplete));
  const next = client.nextSequence();
  client.send(payloadTypes.output, Buffer.from('B end'), next + 1);
  client.send(payloadTypes.output, Buffer.from('A '), next);
  client.send(payloadTypes.output, Buffer.from('A '), next);
  await client.closed;
  expect(client.output).toBe('A B end');
  expect(client.acknowledged()).toEqual([0, next + 1, next, next]);
});

test('data channel: frames without acknowledgement are sent again', async () => {
  const client = new Client(script(`process.stdout.write('again')`), { loseAcknowledgements: 2 });
  await client.closed;
  expect(client.output).toBe('again');
  const handshakes = client.received.filter(({ payloadType }) => payloadType === payloadTypes.handshakeRequest);
  expect(handshakes.map(({ sequence }) => sequence)).toEqual([0, 0, 0]);
});

test('data channel: the size of the terminal is passed on', async () => {
  const client = new Client(script(echo));
  await client.until(() => client.types.includes(payloadTypes.handshakeComplete));
  client.send(payloadTypes.size, { cols: 120, rows: 40 });
  client.send(payloadTypes.output, Buffer.from('end'));
  await client.closed;
  expect(exec?.sizes).toEqual([{ columns: 120, rows: 40 }]);
});

test('data channel: the terminate flag kills the command and closes the channel', async () => {
  const client = new Client(script(`process.stdin.resume()`));
  await client.until(() => client.types.includes(payloadTypes.handshakeComplete));
  const flag = Buffer.alloc(4);
  flag.writeUInt32BE(2);
  client.send(payloadTypes.flag, flag);
  await client.closed;
  expect(exec?.killed()).toBe(true);
  expect(client.closedOutput).toBe('');
});

test('data channel: a client that goes away takes the command with it', async () => {
  const client = new Client(script(`process.stdin.resume()`));
  await client.until(() => client.types.includes(payloadTypes.handshakeComplete));
  client.socket.terminate();
  expect(await exec?.exited).toBe(137);
});

test('data channel: a command that is not there ends the session with a note', async () => {
  const client = new Client(start('/no/such/command'));
  await client.closed;
  expect(client.closedOutput).toMatch(/executable file not found/);
});

test('data channel: a shell whose last command was not found ends without a note', async () => {
  const client = new Client(script('process.exit(127)'));
  await client.closed;
  expect(client.closedOutput).toBe('');
});

test('data channel: a wrong token is refused before anything is sent', async () => {
  const client = new Client(script(''), { token: 'guess' });
  expect(await client.closed).toEqual([1008, 'invalid token']);
  expect(client.received).toEqual([]);
  expect(exec).toBeUndefined();
});

test('data channel: a client that does not support the session type is told so', async () => {
  const client = new Client(script(''), { actionStatus: 3 });
  await client.closed;
  expect(client.closedOutput).toMatch(/did not accept SessionType/);
});

test('data channel: a damaged frame ends the session', async () => {
  const client = new Client(script(''));
  await client.until(() => client.types.includes(payloadTypes.handshakeRequest));
  client.socket.send(Buffer.from('nonsense'));
  expect((await client.closed)[0]).toBe(1008);
});

test('data channel: an unknown session, or one already taken, is not found', async () => {
  const opened = script('process.stdin.resume()');
  const first = new Client(opened);
  await once(first.socket, 'open');
  for (const streamUrl of [opened.streamUrl, `${url}/v1/data-channel/ecs-execute-command-0`]) {
    const [error] = (await once(new WebSocket(streamUrl), 'error')) as [Error];
    expect(error.message).toMatch(/404/);
  }
  first.socket.terminate();
});
