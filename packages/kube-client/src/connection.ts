import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import { request as httpRequest } from '@meshbed/core/http';
import { request as httpsRequest } from 'node:https';
import net, { type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { WebSocket } from 'ws';
import { type Connect, PlainAgent, SecureAgent } from './agents.ts';
import { KubeError } from './errors.ts';

/** What a request proves its sender's identity with. */
export interface Credential {
  /** A bearer token. */
  token?: string | undefined;
  /** PEM. */
  clientCertificate?: { cert: string; key: string } | undefined;
}

export interface KubeConnectionOptions {
  /** URL of the API server, with the cluster's path if it has one. */
  server: string;
  /** Any way to a connected byte stream; default TCP. */
  connect?: Connect | undefined;
  /** Name that the server's certificate must carry; default the host in the URL. */
  servername?: string | undefined;
  /** Roots to trust, PEM; undefined trusts the system's. */
  ca?: string | undefined;
  /** False accepts any certificate. */
  rejectUnauthorized?: boolean | undefined;
  /** Asked for every request: tokens rotate. */
  credential: () => Credential | Promise<Credential>;
  /** After the server refused a credential (401). */
  onUnauthorized?: (() => void) | undefined;
}

export interface KubeRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  query?: Query;
  body?: unknown;
  contentType?: string;
  signal?: AbortSignal | undefined;
}

/** Undefined parameters are left out, lists are repeated. */
type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/** HTTP to one API server. */
export class KubeConnection implements Disposable {
  readonly #options: KubeConnectionOptions;
  readonly #server: URL;
  readonly #agent: Agent;
  /** Its pool stays empty, so that no WebSocket gets a connection that the server is about to close. */
  readonly #upgrades: Agent;

  constructor(options: KubeConnectionOptions) {
    this.#options = options;
    this.#server = new URL(options.server);
    const { connect = connectTcp } = options;
    const agent = () =>
      this.#server.protocol === 'http:' ? new PlainAgent(connect) : new SecureAgent(connect, options);
    this.#agent = agent();
    this.#upgrades = agent();
  }

  /** The body of a success. @throws KubeError with the server's Status, or status 0 when the server is not reached. */
  async json<T>(request: KubeRequest): Promise<T> {
    return JSON.parse(await this.text(request)) as T;
  }

  /** @throws KubeError */
  async text(request: KubeRequest): Promise<string> {
    const response = await this.stream(request);
    return text(response).catch((cause: unknown) => {
      throw KubeError.unreachable(cause, request);
    });
  }

  /** The body of a success as it comes. @throws KubeError */
  async stream(request: KubeRequest): Promise<IncomingMessage> {
    const response = await this.#send(request);
    if (response.statusCode !== undefined && response.statusCode < 300) return response;
    throw await this.#refusal(response, request);
  }

  /**
   * An open WebSocket of subprotocol `protocol`, paused until its reader is in place; an abort closes it.
   * @throws KubeError when the server does not switch.
   */
  async webSocket({ path, query, signal }: Omit<KubeRequest, 'method'>, protocol: string): Promise<WebSocket> {
    const { WebSocket } = await import('ws'); // few programs need it
    const { headers, ...certificate } = await this.#identity();
    const url = this.#url(path, query);
    url.protocol = url.protocol.replace('http', 'ws');
    const options = { agent: this.#upgrades, headers, perMessageDeflate: false, ...certificate };
    const socket = new WebSocket(url, protocol, options);
    closeOnAbort(socket, signal);
    return this.#opened(socket, { method: 'GET', path });
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
    this.#upgrades.destroy();
  }

  #opened(socket: WebSocket, about: { method: string; path: string }): Promise<WebSocket> {
    return new Promise((resolve, reject) => {
      socket.once('open', () => {
        socket.pause();
        resolve(socket);
      });
      socket.once('unexpected-response', (_request, response) => {
        void this.#refusal(response, about)
          .then(reject)
          .finally(() => socket.terminate());
      });
      socket.on('error', (cause) => reject(KubeError.unreachable(cause, about)));
    });
  }

  #url(path: string, query: Query = {}): URL {
    const url = new URL(this.#server);
    url.pathname = `${url.pathname.replace(/\/$/, '')}${path}`;
    for (const [name, value] of Object.entries(query)) {
      for (const each of value === undefined ? [] : [value].flat()) url.searchParams.append(name, each);
    }
    return url;
  }

  async #identity(): Promise<{ headers: Record<string, string>; cert?: string; key?: string }> {
    const { token, clientCertificate } = await this.#options.credential();
    return { headers: token === undefined ? {} : { authorization: `Bearer ${token}` }, ...clientCertificate };
  }

  async #refusal(response: IncomingMessage, request: { method: string; path: string }): Promise<KubeError> {
    const status = response.statusCode ?? 0;
    if (status === 401) this.#options.onUnauthorized?.();
    return KubeError.fromBody(status, await text(response).catch(() => ''), request);
  }

  async #send(request: KubeRequest): Promise<IncomingMessage> {
    const { method, path, query, body, contentType, signal } = request;
    const { headers, ...certificate } = await this.#identity();
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const about = payload && { 'content-type': contentType ?? jsonType, 'content-length': Buffer.byteLength(payload) };
    const options = {
      method,
      agent: this.#agent,
      headers: { accept: 'application/json', ...headers, ...about },
      ...certificate,
      ...(signal ? { signal } : {}),
    };
    const url = this.#url(path, query);
    const start = url.protocol === 'http:' ? httpRequest : httpsRequest;
    return answered(() => start(url, options).end(payload), request);
  }
}

const jsonType = 'application/json';

/**
 * A connection from the pool may have been closed by the other end a moment ago: what can be repeated is sent again.
 * @throws KubeError of status 0
 */
function answered(send: () => ClientRequest, request: KubeRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = send();
    sent.once('response', resolve);
    sent.on('error', (cause: NodeJS.ErrnoException) => {
      const stale = sent.reusedSocket && cause.code === 'ECONNRESET' && request.method !== 'POST';
      if (stale) answered(send, request).then(resolve, reject);
      else reject(KubeError.unreachable(cause, request));
    });
  });
}

function closeOnAbort(socket: WebSocket, signal: AbortSignal | undefined): void {
  const abort = () => socket.terminate();
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort, { once: true });
  socket.once('close', () => signal?.removeEventListener('abort', abort));
}

function connectTcp(host: string, port: number): Promise<Socket> {
  return new Promise((connected, failed) => {
    const socket = net.connect({ host, port, noDelay: true });
    socket.once('error', failed).once('connect', () => {
      socket.off('error', failed);
      connected(socket);
    });
  });
}
