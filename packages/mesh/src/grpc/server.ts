/** gRPC over node:http2, server side: unary and bidirectional calls, no compression. */
import http2, { type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { Duplex } from 'node:stream';
import {
  type DescMessage,
  type DescMethodBiDiStreaming,
  type DescMethodUnary,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
} from '@bufbuild/protobuf';
import type { Clock } from '@meshbed/core';
import { encode, messages, pathOf, write } from './framing.ts';
import { Code, encodeMessage, GrpcError, parseTimeout, statusOf } from './status.ts';

/** A call before its messages are decoded. */
interface RawCall {
  readonly requests: AsyncIterable<Buffer>;
  readonly headers: IncomingHttpHeaders;
  /** Aborts when the stream is gone or its deadline over. */
  readonly signal: AbortSignal;
  /** A message that was encoded and framed before: fan-out encodes once for all subscribers. */
  sendFrame(bytes: Uint8Array): Promise<void>;
}

export interface ServerCall<I extends DescMessage, O extends DescMessage> extends Omit<RawCall, 'requests'> {
  readonly requests: AsyncIterable<MessageShape<I>>;
  send(message: MessageInitShape<O>): Promise<void>;
}

type Handler = (call: RawCall) => Promise<void>;

/** A method's path with its handler. */
export type Route = readonly [path: string, handler: Handler];

export const bidi = <I extends DescMessage, O extends DescMessage>(
  method: DescMethodBiDiStreaming<I, O>,
  handler: (call: ServerCall<I, O>) => Promise<void>,
): Route => [pathOf(method), (call) => handler(decoded(call, method.input, method.output))];

export const unary = <I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
  handler: (request: MessageShape<I>, call: ServerCall<I, O>) => Promise<MessageInitShape<O>>,
): Route => [
  pathOf(method),
  async (raw) => {
    const call = decoded(raw, method.input, method.output);
    for await (const request of call.requests) return call.send(await handler(request, call));
    throw new GrpcError(Code.internal, 'unary call without a request');
  },
];

function decoded<I extends DescMessage, O extends DescMessage>(raw: RawCall, input: I, output: O): ServerCall<I, O> {
  async function* requests() {
    for await (const bytes of raw.requests) yield fromBinary(input, bytes);
  }
  return { ...raw, requests: requests(), send: (message) => raw.sendFrame(encode(output, message)) };
}

export interface GrpcServerOptions {
  /** The server's certificate followed by its intermediates, PEM. */
  cert: string;
  key: string;
  routes: readonly Route[];
  clock: Clock;
}

/** Serves accepted sockets; listens nowhere by itself. TLS 1.3 with ALPN `h2` only. */
export class GrpcServer implements Disposable {
  readonly #http: http2.Http2SecureServer;
  readonly #sessions = new Set<http2.ServerHttp2Session>();

  constructor({ cert, key, routes, clock }: GrpcServerOptions) {
    const handlers = new Map(routes);
    this.#http = http2.createSecureServer({
      cert,
      key,
      minVersion: 'TLSv1.3',
      ALPNProtocols: ['h2'],
      // One large push that nobody reads must not make its whole connection refuse further streams.
      maxSessionMemory: 256,
      settings: { maxConcurrentStreams: 100, initialWindowSize: 1 << 20 },
    });
    this.#http.on('session', (session) => {
      this.#sessions.add(session);
      session.once('close', () => this.#sessions.delete(session));
    });
    // Without a listener a peer's reset would end the process; what it means shows at the streams.
    this.#http.on('sessionError', () => {});
    this.#http.on('stream', (stream, headers) => answer(stream, headers, handlers, clock));
  }

  accept(socket: Duplex): void {
    socket.on('error', () => {});
    this.#http.emit('connection', socket);
  }

  /** New connections get this certificate; running ones keep theirs. */
  renew(material: { cert: string; key: string }): void {
    this.#http.setSecureContext({ ...material, minVersion: 'TLSv1.3' });
  }

  [Symbol.dispose](): void {
    for (const session of this.#sessions) session.destroy();
  }
}

const responseHeaders = { ':status': 200, 'content-type': 'application/grpc' };

function answer(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  handlers: ReadonlyMap<string, Handler>,
  clock: Clock,
): void {
  stream.on('error', () => {}); // 'close' carries what matters
  if (!headers['content-type']?.startsWith('application/grpc')) {
    return stream.respond({ ':status': 415 }, { endStream: true });
  }
  const handler = handlers.get(headers[':path'] ?? '');
  if (!handler) return refuse(stream, new GrpcError(Code.unimplemented, `unknown method ${headers[':path']}`));
  void run(stream, headers, { handler, clock });
}

/** An error before the first message: one header block that carries the status ("Trailers-Only"). */
function refuse(stream: ServerHttp2Stream, error: GrpcError): void {
  if (stream.destroyed) return;
  const status = { 'grpc-status': error.code, 'grpc-message': encodeMessage(error.message) };
  stream.respond({ ...responseHeaders, ...status }, { endStream: true });
}

async function run(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  { handler, clock }: { handler: Handler; clock: Clock },
): Promise<void> {
  const status = await handle(stream, headers, handler, clock);
  if (stream.destroyed) return;
  if (!stream.headersSent && status.code !== Code.ok) return refuse(stream, status);
  open(stream);
  stream.once('wantTrailers', () => {
    const message = status.message === '' ? {} : { 'grpc-message': encodeMessage(status.message) };
    stream.sendTrailers({ 'grpc-status': status.code, ...message });
  });
  stream.end();
  // Requests still on their way interest nobody any more; unread ones would keep the stream from closing.
  stream.resume();
}

function open(stream: ServerHttp2Stream): void {
  if (!stream.headersSent && !stream.destroyed) stream.respond(responseHeaders, { waitForTrailers: true });
}

/** Runs the handler; a deadline wins even over one that ignores its signal. */
async function handle(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, handler: Handler, clock: Clock) {
  const gone = new AbortController();
  stream.once('close', () => gone.abort(new GrpcError(Code.cancelled, `stream closed (${stream.rstCode})`)));
  const timeoutMs = parseTimeout(headers['grpc-timeout'] as string | undefined);
  const late = () => gone.abort(new GrpcError(Code.deadlineExceeded, 'deadline exceeded'));
  using _deadline = timeoutMs === undefined ? undefined : clock.after(timeoutMs, late);
  const aborted = new Promise<never>((_, reject) => {
    gone.signal.addEventListener('abort', () => reject(gone.signal.reason as Error), { once: true });
  });
  const sendFrame = (bytes: Uint8Array) => {
    open(stream);
    return write(stream, bytes);
  };
  try {
    await Promise.race([handler({ requests: messages(stream), headers, signal: gone.signal, sendFrame }), aborted]);
    return new GrpcError(Code.ok, '');
  } catch (error) {
    return statusOf(error);
  }
}
