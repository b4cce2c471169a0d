import type { Clock } from '@meshbed/core';
import { STATUS_CODES } from '@meshbed/core/http';
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
} from 'node:http2';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { HboneError } from '../errors.ts';
import { clientSettings, maxSessionMemory, tend } from '../http2.ts';
import type { SpiffeIdentity } from '../identity/index.ts';
import type { TlsMaterial } from '../tls/material.ts';
import { handshake } from './handshake.ts';

export interface ConnectionOptions {
  /** The TCP connection, or a stream of an outer tunnel. */
  socket: Duplex;
  material: TlsMaterial;
  /** SPIFFE ids of which the peer must have one; with none, nobody qualifies. */
  expectedIdentities: readonly string[];
  clock: Clock;
}

export interface Tunnel {
  stream: ClientHttp2Stream;
  peerIdentity: SpiffeIdentity;
  responseHeaders: IncomingHttpHeaders;
}

/** The request never started, so that it may be repeated on another connection. */
export class NotStartedError extends Error {
  override readonly name = 'NotStartedError';
}

const maxStreams = 100;
/** A peer on Node ends the whole connection after 1,000 resets of ours. */
const maxResets = 800;

/** One HTTP/2 connection to a peer whose identity has been verified. */
export class HboneConnection {
  readonly peerIdentity: SpiffeIdentity;
  readonly #session: ClientHttp2Session;
  /** In TLS 1.3 the client is done before the server judges its certificate: only an answer proves us accepted. */
  #accepted = false;
  #streams = 0;
  #resets = 0;
  #retired = false;

  /** @throws HboneError TLS or IDENTITY_MISMATCH */
  static async open(options: ConnectionOptions): Promise<HboneConnection> {
    const { socket, peerIdentity } = await handshake(options);
    return new HboneConnection(socket, peerIdentity, options.clock);
  }

  private constructor(socket: TLSSocket, peerIdentity: SpiffeIdentity, clock: Clock) {
    this.peerIdentity = peerIdentity;
    this.#session = connect('https://hbone', {
      createConnection: () => socket,
      settings: clientSettings,
      maxSessionMemory,
    });
    this.#session.on('error', () => {});
    this.#session.once('connect', () => tend(this.#session, socket, clock)); // earlier there is no window to set
  }

  /** Whether another stream may start here. */
  get usable(): boolean {
    return !this.#retired && !this.#session.closed && !this.#session.destroyed;
  }

  get idle(): boolean {
    return this.#streams === 0;
  }

  /** Takes a place for one stream. A connection that was full once never takes another. */
  reserve(): void {
    this.#streams++;
    const peerMaximum = this.#session.remoteSettings?.maxConcurrentStreams ?? maxStreams;
    // Beyond the peer's maximum Node queues silently instead of failing.
    if (this.#streams >= Math.min(maxStreams, peerMaximum)) this.retire(false);
  }

  /** Starts nothing new; `close` also ends the connection after its last stream. */
  retire(close = true): void {
    this.#retired = true;
    if (close || this.idle) this.#session.close();
  }

  destroy(): void {
    this.#session.destroy();
  }

  onClose(listener: () => void): void {
    this.#session.once('close', listener);
  }

  /**
   * Opens a tunnel in the place that `reserve` took.
   * @throws NotStartedError when the connection is going away; HboneError otherwise.
   */
  async request(authority: string, headers: Record<string, string>, onClose?: () => void): Promise<Tunnel> {
    const release = (stream?: ClientHttp2Stream) => {
      this.#release(stream);
      onClose?.();
    };
    const stream = this.#start(authority, headers, release);
    stream.once('close', () => release(stream));
    const responseHeaders = await this.#answer(stream);
    this.#accepted = true;
    const status = Number(responseHeaders[':status']);
    if (status === 200) return { stream, peerIdentity: this.peerIdentity, responseHeaders };
    stream.end();
    stream.resume();
    throw refusal(status);
  }

  #start(authority: string, headers: Record<string, string>, release: () => void): ClientHttp2Stream {
    try {
      const stream = this.#session.request({ ...headers, ':method': 'CONNECT', ':authority': authority });
      stream.on('error', () => {}); // without a listener a reset would end the process
      return stream;
    } catch (error) {
      release();
      throw new NotStartedError('the connection is closing', { cause: error });
    }
  }

  #answer(stream: ClientHttp2Stream): Promise<IncomingHttpHeaders> {
    return new Promise((resolve, reject) => {
      stream.once('response', resolve);
      stream.once('close', () => reject(this.#closedBeforeAnswer(stream)));
    });
  }

  #closedBeforeAnswer(stream: ClientHttp2Stream): Error {
    if (stream.rstCode === constants.NGHTTP2_REFUSED_STREAM)
      return new NotStartedError('the peer did not process the request');
    if (this.#accepted) return new HboneError('UNAVAILABLE', 'the connection closed before the answer to CONNECT');
    return new HboneError(
      'TLS',
      'the peer closed the connection before any answer: it refuses this certificate, or it is no HBONE server',
    );
  }

  #release(stream?: ClientHttp2Stream): void {
    this.#streams--;
    if (stream && !(stream.rstCode === 0 && stream.readableEnded && stream.writableFinished)) this.#resets++;
    if (this.#resets >= maxResets) this.#retired = true;
    if (this.#retired && this.idle) this.#session.close();
  }
}

function refusal(status: number): HboneError {
  const code = status === 401 ? 'REFUSED_BY_POLICY' : status === 400 ? 'BAD_REQUEST' : 'UNAVAILABLE';
  return new HboneError(code, `http status: ${status} ${STATUS_CODES[status] ?? ''}`.trim(), { status });
}
