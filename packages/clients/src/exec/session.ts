import { randomUUID } from 'node:crypto';
import { StringDecoder } from 'node:string_decoder';
import { MeshbedError, type Clock } from '@meshbed/core';
import { WebSocket } from 'ws';
import { decodeMessage, encodeMessage, payloadTypes, type ChannelMessage } from './message.ts';

/** What ECS ExecuteCommand returns. */
export interface ExecSession {
  sessionId: string;
  streamUrl: string;
  tokenValue: string;
}

export interface SessionOptions {
  clock: Clock;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

const clientVersion = '1.2.694.0';
/** Wide enough that the terminal on the other side never wraps a line of ours. */
const terminalSize = { cols: 1000, rows: 100 };

/**
 * Follows a session until the agent closes it and returns everything the command wrote to its terminal. The token is
 * the only authentication of the socket.
 * @throws MeshbedError `cloud/exec-session` when the channel breaks, `cloud/exec-timeout` when it stays open too long.
 */
export function readSession(session: ExecSession, options: SessionOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(session.streamUrl);
    const channel = new Channel((frame) => socket.send(frame), options.clock);
    const finish = (settle: () => void) => {
      timer[Symbol.dispose]();
      options.signal?.removeEventListener('abort', onAbort);
      socket.close();
      settle();
    };
    const fail = (error: unknown) => finish(() => reject(error as Error));
    const onAbort = () => fail(options.signal?.reason);
    const timer = options.clock.after(options.timeoutMs, () =>
      fail(timedOut(session, options.timeoutMs, channel.output)),
    );
    options.signal?.addEventListener('abort', onAbort, { once: true });
    socket.on('open', () => socket.send(openingMessage(session)));
    socket.on('error', (cause) => fail(broken(session, cause)));
    socket.on('close', (code) =>
      fail(broken(session, new Error(`the socket was closed (${code}) before the channel`))),
    );
    socket.on('message', (data: Buffer, isBinary) => {
      try {
        if (isBinary && channel.receive(decodeMessage(data))) finish(() => resolve(channel.output));
      } catch (cause) {
        fail(broken(session, cause as Error));
      }
    });
  });
}

/** The client's side of the protocol, without the socket. */
class Channel {
  output = '';
  #expected = 0n;
  #sent = 0n;
  /** A character may arrive in two messages. */
  readonly #text = new StringDecoder('utf8');
  readonly #ahead = new Map<bigint, ChannelMessage>();
  readonly #send: (frame: Buffer) => void;
  readonly #clock: Clock;

  constructor(send: (frame: Buffer) => void, clock: Clock) {
    this.#send = send;
    this.#clock = clock;
  }

  /** Returns true when the channel is over. */
  receive(message: ChannelMessage): boolean {
    if (message.type === 'channel_closed') return true;
    if (message.type !== 'output_stream_data') return false;
    this.#acknowledge(message);
    if (message.sequence >= this.#expected) this.#ahead.set(message.sequence, message);
    for (let next = this.#ahead.get(this.#expected); next; next = this.#ahead.get(this.#expected)) {
      this.#ahead.delete(this.#expected);
      this.#expected += 1n;
      this.#process(next);
    }
    return false;
  }

  #process({ payloadType, payload }: ChannelMessage): void {
    switch (payloadType) {
      case payloadTypes.handshakeRequest:
        return this.#data(payloadTypes.handshakeResponse, handshakeResponse(payload));
      case payloadTypes.handshakeComplete:
        return this.#data(payloadTypes.size, terminalSize);
      case payloadTypes.output:
      case payloadTypes.error:
      case payloadTypes.stdErr:
        this.output += this.#text.write(payload);
    }
  }

  #data(payloadType: number, content: unknown): void {
    const flags = this.#sent === 0n ? 1n : 0n;
    const sequence = this.#sent;
    this.#sent += 1n;
    this.#write({ type: 'input_stream_data', sequence, flags, id: randomUUID(), payloadType, payload: json(content) });
  }

  #acknowledge({ type, id, sequence }: ChannelMessage): void {
    const payload = json({
      AcknowledgedMessageType: type,
      AcknowledgedMessageId: id,
      AcknowledgedMessageSequenceNumber: Number(sequence),
      IsSequentialMessage: true,
    });
    this.#write({ type: 'acknowledge', sequence: 0n, flags: 3n, id: randomUUID(), payloadType: 0, payload });
  }

  #write(message: ChannelMessage): void {
    this.#send(encodeMessage(message, this.#clock.now()));
  }
}

const json = (content: unknown) => Buffer.from(JSON.stringify(content));

function openingMessage({ tokenValue }: ExecSession): string {
  return JSON.stringify({
    MessageSchemaVersion: '1.0',
    RequestId: randomUUID(),
    TokenValue: tokenValue,
    ClientId: randomUUID(),
    ClientVersion: clientVersion,
  });
}

interface RequestedAction {
  ActionType: string;
}

/** Accepts the kind of session; anything else (an encrypted channel) is answered as unsupported. */
function handshakeResponse(payload: Buffer): object {
  const { RequestedClientActions = [] } = JSON.parse(payload.toString('utf8')) as {
    RequestedClientActions?: RequestedAction[];
  };
  return {
    ClientVersion: clientVersion,
    ProcessedClientActions: RequestedClientActions.map(({ ActionType }) =>
      ActionType === 'SessionType'
        ? { ActionType, ActionStatus: 1, ActionResult: null, Error: '' }
        : { ActionType, ActionStatus: 3, ActionResult: null, Error: `${ActionType} is not supported` },
    ),
    Errors: [],
  };
}

function broken({ sessionId }: ExecSession, cause: Error): MeshbedError {
  return new MeshbedError('cloud/exec-session', 'the ECS Exec session broke off', {
    cause,
    object: sessionId,
    likely: 'the task was stopped, or the way to ssmmessages is closed',
  });
}

function timedOut({ sessionId }: ExecSession, timeoutMs: number, output: string): MeshbedError {
  return new MeshbedError('cloud/exec-timeout', `the command did not end within ${timeoutMs / 1000} s`, {
    object: sessionId,
    likely: output === '' ? 'the agent never answered' : `it last wrote: ${output.slice(-200).trim()}`,
  });
}
