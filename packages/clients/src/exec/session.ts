import { randomUUID } from 'node:crypto';
import { StringDecoder } from 'node:string_decoder';
import { MeshbedError, type Clock } from '@meshbed/core';
import { WebSocket } from 'ws';
import { Channel, clientVersion, type TerminalSize } from './channel.ts';
import { decodeMessage } from './message.ts';

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

export interface OpenOptions {
  clock: Clock;
  size: TerminalSize;
  onOutput: (data: Buffer) => void;
  signal?: AbortSignal | undefined;
}

/** A session that a person, or a pipe, is at. */
export interface OpenSession {
  write(data: Buffer): void;
  resize(size: TerminalSize): void;
  terminate(): void;
  /** Resolves, when the agent closes the channel, with what it says then; rejects when the channel breaks. */
  closed: Promise<string>;
}

/** Wide enough that the terminal on the other side never wraps a line of ours. */
const terminalSize = { cols: 1000, rows: 100 };

/** Opens a session for input and output. The token is the only authentication of the socket. */
export function openSession(session: ExecSession, { clock, size, onOutput, signal }: OpenOptions): OpenSession {
  const socket = new WebSocket(session.streamUrl);
  const channel = new Channel({ send: (frame) => socket.send(frame), clock, size, onOutput });
  const closed = new Promise<string>((resolve, reject) => {
    const finish = (settle: () => void) => {
      signal?.removeEventListener('abort', onAbort);
      socket.close();
      settle();
    };
    const fail = (error: unknown) => finish(() => reject(error as Error));
    const onAbort = () => fail(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    socket.on('open', () => socket.send(openingMessage(session)));
    socket.on('error', (cause) => fail(broken(session, cause)));
    socket.on('close', (code) =>
      fail(broken(session, new Error(`the socket was closed (${code}) before the channel`))),
    );
    socket.on('message', (data: Buffer, isBinary) => {
      try {
        if (isBinary && channel.receive(decodeMessage(data))) finish(() => resolve(channel.closing));
      } catch (cause) {
        fail(broken(session, cause as Error));
      }
    });
  });
  return {
    write: (data) => channel.write(data),
    resize: (next) => channel.resize(next),
    terminate: () => channel.terminate(),
    closed,
  };
}

/**
 * Follows a session until the agent closes it and returns everything the command wrote to its terminal.
 * @throws MeshbedError `cloud/exec-session` when the channel breaks, `cloud/exec-timeout` when it stays open too long.
 */
export async function readSession(session: ExecSession, options: SessionOptions): Promise<string> {
  const { clock, timeoutMs, signal } = options;
  let output = '';
  /** A character may arrive in two messages. */
  const text = new StringDecoder('utf8');
  const ending = new AbortController();
  const onAbort = () => ending.abort(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  using _timer = clock.after(timeoutMs, () => ending.abort(timedOut(session, timeoutMs, output)));
  try {
    const onOutput = (data: Buffer) => void (output += text.write(data));
    await openSession(session, { clock, size: terminalSize, onOutput, signal: ending.signal }).closed;
    return output;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

function openingMessage({ tokenValue }: ExecSession): string {
  return JSON.stringify({
    MessageSchemaVersion: '1.0',
    RequestId: randomUUID(),
    TokenValue: tokenValue,
    ClientId: randomUUID(),
    ClientVersion: clientVersion,
  });
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
