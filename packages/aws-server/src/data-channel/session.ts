import { type Clock, type ExecSession, type Ids, messageOf } from '@meshbed/core';
import { Inbox } from './inbox.ts';
import {
  type ChannelMessage,
  decodeMessage,
  encodeMessage,
  flagValues,
  headerFlags,
  type MessageType,
  payloadTypes,
} from './message.ts';
import { Outbox } from './outbox.ts';

export interface SessionOptions {
  id: string;
  token: string;
  clock: Clock;
  ids: Ids;
  /** Starts the command; called once, when the handshake is complete. */
  open(): ExecSession;
}

/** The websocket below a session. */
export interface Wire {
  send(frame: Buffer): void;
  close(code: number, reason: string): void;
}

type Phase = 'token' | 'handshake' | 'open' | 'closing' | 'closed';

const agentVersion = '3.3.987.0';
const chunkBytes = 1024;
/** Output waits when this many frames are unacknowledged: the client buffers no more either. */
const mostInFlight = 1000;
const policyViolation = 1008;
const normalClosure = 1000;

/** The agent's end of one data channel: token, handshake, then a command with a terminal. */
export class DataChannelSession {
  readonly #options: SessionOptions;
  readonly #wire: Wire;
  readonly #inbox = new Inbox();
  readonly #outbox: Outbox;
  #phase: Phase = 'token';
  #command: ExecSession | undefined;
  #startedAtMs = 0;
  #ended: { output: string } | undefined;

  constructor(options: SessionOptions, wire: Wire) {
    this.#options = options;
    this.#wire = wire;
    this.#outbox = new Outbox({
      clock: options.clock,
      transmit: (frame) => wire.send(frame),
      onGivenUp: () => this.#end(policyViolation, 'no acknowledgement'),
      onProgress: (inFlight) => this.#progress(inFlight),
    });
  }

  /** The first frame is text and carries the token; every other frame is binary. */
  text(frame: string): void {
    if (this.#phase !== 'token') return this.#end(policyViolation, 'unexpected text frame');
    if (tokenOf(frame) !== this.#options.token) return this.#end(policyViolation, 'invalid token');
    this.#phase = 'handshake';
    this.#startedAtMs = this.#options.clock.now();
    this.#sendJson(payloadTypes.handshakeRequest, {
      AgentVersion: agentVersion,
      RequestedClientActions: [
        { ActionType: 'SessionType', ActionParameters: { SessionType: 'InteractiveCommands', Properties: null } },
      ],
    });
  }

  binary(frame: Buffer): void {
    if (this.#phase === 'token') return this.#end(policyViolation, 'a token is expected first');
    try {
      this.#receive(decodeMessage(frame));
    } catch (error) {
      this.#end(policyViolation, messageOf(error));
    }
  }

  /** The client went away: the command goes with it. */
  disconnected(): void {
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    this.#outbox.close();
    this.#command?.kill();
  }

  #receive(message: ChannelMessage): void {
    if (message.type === 'acknowledge') return this.#outbox.acknowledge(acknowledgedSequence(message));
    if (message.type !== 'input_stream_data') return;
    const { acknowledge, deliver } = this.#inbox.accept(message);
    if (acknowledge) this.#acknowledge(message);
    for (const next of deliver) this.#handlers[next.payloadType]?.(next.payload);
  }

  readonly #handlers: Record<number, (payload: Buffer) => void> = {
    [payloadTypes.handshakeResponse]: (payload) => this.#shakeHands(payload),
    [payloadTypes.output]: (payload) => void this.#command?.stdin.write(payload),
    [payloadTypes.size]: (payload) => this.#resize(payload),
    [payloadTypes.flag]: (payload) => {
      if (payload.readUInt32BE() === flagValues.terminateSession) this.#terminate();
    },
  };

  #shakeHands(payload: Buffer): void {
    if (this.#phase !== 'handshake') return;
    const problem = handshakeProblem(payload);
    if (problem !== undefined) return this.#finish(`Handshake failed: ${problem}`);
    this.#phase = 'open';
    const nanoseconds = (this.#options.clock.now() - this.#startedAtMs) * 1_000_000;
    this.#sendJson(payloadTypes.handshakeComplete, { HandshakeTimeToComplete: nanoseconds, CustomerMessage: '' });
    this.#start();
  }

  #start(): void {
    try {
      const command = this.#options.open();
      this.#command = command;
      command.stdin.on('error', () => undefined); // the command may end while input is on its way
      const drained = [command.stdout, command.stderr].map((stream) => this.#forward(stream));
      void Promise.all([command.exited, ...drained]).then(
        ([code]) => this.#finish((command.failedToStart && closingNotes.get(code)) || ''),
        (error: unknown) => this.#finish(messageOf(error)),
      );
    } catch (error) {
      this.#finish(messageOf(error));
    }
  }

  #forward(stream: ExecSession['stdout']): Promise<void> {
    stream.on('data', (data: Buffer | string) => this.#output(Buffer.from(data as Buffer)));
    if (stream.closed) return Promise.resolve();
    return new Promise((resolve) => {
      stream.once('close', resolve);
      stream.once('end', resolve);
      stream.once('error', () => resolve());
    });
  }

  #output(data: Buffer): void {
    if (this.#phase !== 'open') return;
    for (let from = 0; from < data.length; from += chunkBytes) {
      this.#send(payloadTypes.output, data.subarray(from, from + chunkBytes));
    }
    if (this.#outbox.inFlight >= mostInFlight) this.#command?.stdout.pause();
  }

  #progress(inFlight: number): void {
    if (inFlight < mostInFlight / 2) this.#command?.stdout.resume();
    if (inFlight === 0 && this.#ended) this.#closeChannel(this.#ended.output);
  }

  #resize(payload: Buffer): void {
    const { cols, rows } = JSON.parse(payload.toString()) as { cols: number; rows: number };
    this.#command?.resize({ columns: cols, rows });
  }

  #terminate(): void {
    this.#command?.kill();
    this.#outbox.close();
    this.#finish('');
  }

  /** Closes the channel once the client has acknowledged all output. */
  #finish(output: string): void {
    if (this.#ended || this.#phase === 'closed') return;
    this.#phase = 'closing';
    this.#ended = { output };
    if (this.#outbox.inFlight === 0) this.#closeChannel(output);
  }

  #closeChannel(output: string): void {
    if (this.#phase === 'closed') return;
    const content = {
      MessageId: this.#options.ids.uuid(),
      CreatedDate: new Date(this.#options.clock.now()).toISOString(),
      DestinationId: this.#options.id,
      SessionId: this.#options.id,
      MessageType: 'channel_closed',
      SchemaVersion: 1,
      Output: output,
    };
    this.#wire.send(this.#frame('channel_closed', payloadTypes.none, Buffer.from(JSON.stringify(content)), 0));
    this.#end(normalClosure, 'session ended');
  }

  #end(code: number, reason: string): void {
    this.disconnected();
    this.#wire.close(code, reason);
  }

  #acknowledge(message: ChannelMessage): void {
    const content = {
      AcknowledgedMessageType: message.type,
      AcknowledgedMessageId: message.id,
      AcknowledgedMessageSequenceNumber: message.sequence,
      IsSequentialMessage: true,
    };
    this.#wire.send(this.#frame('acknowledge', payloadTypes.none, Buffer.from(JSON.stringify(content)), 0));
  }

  #sendJson(payloadType: number, content: unknown): void {
    this.#send(payloadType, Buffer.from(JSON.stringify(content)));
  }

  #send(payloadType: number, payload: Buffer): void {
    this.#outbox.send((sequence) => this.#frame('output_stream_data', payloadType, payload, sequence));
  }

  #frame(type: MessageType, payloadType: number, payload: Buffer, sequence: number): Buffer {
    const flags = type === 'acknowledge' ? headerFlags.acknowledge : headerFlags.data;
    const createdAtMs = this.#options.clock.now();
    return encodeMessage({ type, createdAtMs, sequence, flags, id: this.#options.ids.uuid(), payloadType, payload });
  }
}

/** What the channel says at its end when the command could not be started. Its exit code is otherwise lost, as in AWS. */
const closingNotes: ReadonlyMap<number, string> = new Map([
  [126, 'Unable to start command: permission denied'],
  [127, 'Unable to start command: executable file not found in $PATH'],
]);

function tokenOf(frame: string): unknown {
  try {
    return (JSON.parse(frame) as { TokenValue?: unknown }).TokenValue;
  } catch {
    return undefined;
  }
}

const acknowledgedSequence = (message: ChannelMessage) =>
  (JSON.parse(message.payload.toString()) as { AcknowledgedMessageSequenceNumber: number })
    .AcknowledgedMessageSequenceNumber;

interface HandshakeResponse {
  ProcessedClientActions?: { ActionType: string; ActionStatus: number; Error?: string }[];
}

/** 1 is success, 2 failed, 3 unsupported. */
function handshakeProblem(payload: Buffer): string | undefined {
  const { ProcessedClientActions: actions = [] } = JSON.parse(payload.toString()) as HandshakeResponse;
  const failed = actions.find(({ ActionStatus: status }) => status !== 1);
  return failed && (failed.Error || `the client did not accept ${failed.ActionType}`);
}
