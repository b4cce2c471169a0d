import { randomUUID } from 'node:crypto';
import { MeshbedError, type Clock } from '@meshbed/core';
import { encodeMessage, payloadTypes, type ChannelMessage } from './message.ts';

/** Version of the session-manager-plugin whose manners these are. */
export const clientVersion: string = '1.2.694.0';

export interface TerminalSize {
  cols: number;
  rows: number;
}

export interface ChannelOptions {
  send: (frame: Buffer) => void;
  clock: Clock;
  size: TerminalSize;
  onOutput: (data: Buffer) => void;
}

const chunkBytes = 1024;
const terminateSession = 2;

/** The client's side of the protocol, without the socket. */
export class Channel {
  /** What the agent says when it closes the channel. */
  closing = '';
  #expected = 0n;
  #sent = 0n;
  #size: TerminalSize;
  /** Input that came before the handshake was complete; undefined from then on. */
  #early: Buffer[] | undefined = [];
  readonly #ahead = new Map<bigint, ChannelMessage>();
  readonly #options: ChannelOptions;

  constructor(options: ChannelOptions) {
    this.#options = options;
    this.#size = options.size;
  }

  /** Returns true when the channel is over. */
  receive(message: ChannelMessage): boolean {
    if (message.type === 'channel_closed') {
      this.closing = closingNote(message.payload);
      return true;
    }
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

  /** Input for the command. */
  write(data: Buffer): void {
    if (this.#early) return void this.#early.push(data);
    for (let from = 0; from < data.length; from += chunkBytes) {
      this.#data(payloadTypes.output, data.subarray(from, from + chunkBytes));
    }
  }

  resize(size: TerminalSize): void {
    this.#size = size;
    if (!this.#early) this.#data(payloadTypes.size, json(size));
  }

  /** Asks the agent to end the command. */
  terminate(): void {
    const flag = Buffer.alloc(4);
    flag.writeUInt32BE(terminateSession);
    this.#data(payloadTypes.flag, flag);
  }

  #process({ payloadType, payload }: ChannelMessage): void {
    switch (payloadType) {
      case payloadTypes.handshakeRequest:
        return this.#data(payloadTypes.handshakeResponse, json(handshakeResponse(payload)));
      case payloadTypes.handshakeComplete:
        return this.#begin();
      case payloadTypes.output:
      case payloadTypes.error:
      case payloadTypes.stdErr:
        this.#options.onOutput(payload);
    }
  }

  #begin(): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    this.resize(this.#size);
    for (const data of early) this.write(data);
  }

  #data(payloadType: number, payload: Buffer): void {
    const flags = this.#sent === 0n ? 1n : 0n;
    const sequence = this.#sent;
    this.#sent += 1n;
    this.#write({ type: 'input_stream_data', sequence, flags, id: randomUUID(), payloadType, payload });
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
    this.#options.send(encodeMessage(message, this.#options.clock.now()));
  }
}

const json = (content: unknown) => Buffer.from(JSON.stringify(content));

function closingNote(payload: Buffer): string {
  if (payload.length === 0) return '';
  return (JSON.parse(payload.toString('utf8')) as { Output?: string }).Output ?? '';
}

interface RequestedAction {
  ActionType: string;
}

/** Accepts the kind of session; anything else (an encrypted channel) is answered as unsupported. @throws MeshbedError */
function handshakeResponse(payload: Buffer): object {
  const { RequestedClientActions = [] } = requested(payload);
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

function requested(payload: Buffer): { RequestedClientActions?: RequestedAction[] } {
  try {
    return JSON.parse(payload.toString('utf8')) as { RequestedClientActions?: RequestedAction[] };
  } catch (cause) {
    throw new MeshbedError('cloud/exec-session', 'the agent sent a handshake that is no JSON', { cause });
  }
}
