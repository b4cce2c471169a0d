/** gRPC over node:http2, client side, on any connected byte stream. */
import http2, { type ClientHttp2Session } from 'node:http2';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import {
  type DescMessage,
  type DescMethodBiDiStreaming,
  type DescMethodUnary,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
} from '@bufbuild/protobuf';
import { type Clock, messageOf } from '@meshbed/core';
import { type CallOptions, Exchange } from './exchange.ts';
import { encode, pathOf, write } from './framing.ts';
import { Code, GrpcError } from './status.ts';

/** How to reach a control plane. */
export interface Transport {
  /** Any way to a connected byte stream. */
  dial: () => Promise<Duplex>;
  /** Roots to trust, PEM. */
  ca: string;
  /** The DNS name that the server's certificate must carry. */
  servername: string;
  clock: Clock;
  /** ztunnel pings every 30 s and gives up after another 10 s. */
  keepalive?: { intervalMs: number; timeoutMs: number };
  /** For the TLS handshake, default 5 s. */
  connectTimeoutMs?: number;
}

export interface ClientCall<I extends DescMessage, O extends DescMessage> {
  send(message: MessageInitShape<I>): Promise<void>;
  end(): void;
  /** Ends normally only on status 0; every other end throws a GrpcError. */
  readonly responses: AsyncIterable<MessageShape<O>>;
}

const unavailable = (what: string, cause: unknown) =>
  new GrpcError(Code.unavailable, `${what}: ${messageOf(cause)}`, { cause });

const defaultKeepalive = { intervalMs: 30_000, timeoutMs: 10_000 };

/** One HTTP/2 connection. Deliberately without reconnecting: its owner decides what a loss means. */
export class Channel implements Disposable {
  readonly #session: ClientHttp2Session;
  readonly #raw: Duplex;
  readonly #clock: Clock;

  private constructor(session: ClientHttp2Session, raw: Duplex, clock: Clock) {
    this.#session = session;
    this.#raw = raw;
    this.#clock = clock;
    session.on('error', () => {});
  }

  /** @throws GrpcError `unavailable` with the cause: the dial, the handshake, the server's certificate. */
  static async connect(transport: Transport): Promise<Channel> {
    const raw = await transport.dial().catch((cause: unknown) => {
      throw unavailable('dial', cause);
    });
    const socket = await handshake(raw, transport);
    const session = http2.connect(`https://${transport.servername}`, {
      createConnection: () => socket,
      settings: { enablePush: false, initialWindowSize: 1 << 20 },
    });
    const channel = new Channel(session, raw, transport.clock);
    channel.#keepAlive(transport.keepalive ?? defaultKeepalive);
    return channel;
  }

  get alive(): boolean {
    return !this.#session.destroyed && !this.#session.closed;
  }

  #keepAlive({ intervalMs, timeoutMs }: { intervalMs: number; timeoutMs: number }): void {
    let timer: Disposable;
    const ping = () => {
      if (!this.alive) return;
      timer = this.#clock.after(timeoutMs, () => this[Symbol.dispose]());
      this.#session.ping(() => {
        timer[Symbol.dispose]();
        timer = this.#clock.after(intervalMs, ping);
      });
    };
    timer = this.#clock.after(intervalMs, ping);
    this.#session.once('close', () => timer[Symbol.dispose]());
  }

  bidi<I extends DescMessage, O extends DescMessage>(
    method: DescMethodBiDiStreaming<I, O> | DescMethodUnary<I, O>,
    options: CallOptions = {},
  ): ClientCall<I, O> {
    if (!this.alive) throw new GrpcError(Code.unavailable, 'transport is closing');
    const stream = this.#session.request({
      ':method': 'POST',
      ':path': pathOf(method),
      'content-type': 'application/grpc',
      te: 'trailers',
      ...options.metadata,
      ...(options.timeoutMs === undefined ? {} : { 'grpc-timeout': `${Math.ceil(options.timeoutMs)}m` }),
    });
    const exchange = new Exchange(stream, this.#session, options, this.#clock);
    return {
      send: (message) => write(stream, encode(method.input, message)),
      end: () => stream.end(),
      responses: exchange.responses((bytes) => fromBinary(method.output, bytes)),
    };
  }

  async unary<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    request: MessageInitShape<I>,
    options?: CallOptions,
  ): Promise<MessageShape<O>> {
    const call = this.bidi(method, options);
    call.send(request).catch(() => {}); // the status tells
    call.end();
    let answer: MessageShape<O> | undefined;
    for await (const response of call.responses) answer = response;
    if (!answer) throw new GrpcError(Code.internal, 'unary call without a response');
    return answer;
  }

  /** Ends the socket, too: a session that is destroyed while the peer's FIN is on its way can leave it open for ever. */
  [Symbol.dispose](): void {
    this.#session.destroy();
    this.#raw.destroy();
  }
}

function handshake(raw: Duplex, { ca, servername, clock, connectTimeoutMs = 5000 }: Transport): Promise<tls.TLSSocket> {
  const socket = tls.connect({ ca, servername, socket: raw, minVersion: 'TLSv1.3', ALPNProtocols: ['h2'] });
  return new Promise((resolve, reject) => {
    const fail = (cause: Error) => {
      timer[Symbol.dispose]();
      raw.destroy();
      socket.destroy();
      reject(unavailable('tls', cause));
    };
    const closed = () => fail(new Error('closed during the handshake'));
    const timer = clock.after(connectTimeoutMs, () => fail(new Error('the handshake timed out')));
    socket.once('close', closed).on('error', fail);
    socket.once('secureConnect', () => {
      timer[Symbol.dispose]();
      socket.off('close', closed);
      if (socket.alpnProtocol !== 'h2') return fail(new Error('the server did not choose h2'));
      resolve(socket);
    });
  });
}
