import http2, { type ClientHttp2Session, type ClientHttp2Stream, type IncomingHttpHeaders } from 'node:http2';
import type { Clock } from '@meshbed/core';
import { messages } from './framing.ts';
import { Code, GrpcError, outcome } from './status.ts';

export type Metadata = Readonly<Record<string, string>>;

export interface CallOptions {
  metadata?: Metadata | undefined;
  signal?: AbortSignal | undefined;
  timeoutMs?: number;
}

/** One call's life: remembers why *we* gave up, which wins over what the stream then reports. */
export class Exchange {
  readonly #stream: ClientHttp2Stream;
  readonly #end: Promise<GrpcError>;
  #abandoned: GrpcError | undefined;

  constructor(stream: ClientHttp2Stream, session: ClientHttp2Session, options: CallOptions, clock: Clock) {
    this.#stream = stream;
    const { signal, timeoutMs } = options;
    const late = () => this.#abandon(new GrpcError(Code.deadlineExceeded, 'deadline exceeded'));
    const timer = timeoutMs === undefined ? undefined : clock.after(timeoutMs, late);
    const onAbort = () => this.#abandon(new GrpcError(Code.cancelled, 'cancelled', { cause: signal?.reason }));
    signal?.addEventListener('abort', onAbort);
    const ending = observe(stream);
    this.#end = new Promise((resolve) => {
      stream.once('close', () => {
        timer?.[Symbol.dispose]();
        signal?.removeEventListener('abort', onAbort);
        resolve(this.#abandoned ?? outcome({ stream, session, ...ending }));
      });
    });
    if (signal?.aborted) onAbort();
  }

  #abandon(error: GrpcError): void {
    this.#abandoned ??= error;
    this.#stream.close(http2.constants.NGHTTP2_CANCEL);
  }

  async *responses<T>(decode: (bytes: Buffer) => T): AsyncGenerator<T> {
    const stream = this.#stream;
    try {
      for await (const bytes of messages(stream)) yield decode(bytes);
    } catch (error) {
      if (error instanceof GrpcError) this.#abandon(error);
      else if (!stream.closed && !stream.destroyed) throw error;
    } finally {
      if (!stream.readableEnded) this.#abandon(new GrpcError(Code.cancelled, 'the reader left'));
      stream.end();
    }
    const status = await this.#end;
    if (status.code !== Code.ok) throw status;
  }
}

function observe(stream: ClientHttp2Stream) {
  const seen: { headers: IncomingHttpHeaders; trailers: IncomingHttpHeaders; cause: Error | undefined } = {
    headers: {},
    trailers: {},
    cause: undefined,
  };
  stream.on('response', (headers) => void (seen.headers = headers));
  stream.on('trailers', (trailers) => void (seen.trailers = trailers));
  stream.on('error', (error) => void (seen.cause = error));
  return seen;
}
