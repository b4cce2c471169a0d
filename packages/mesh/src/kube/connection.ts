import { type Agent, request as httpsRequest } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { WebSocket } from 'ws';
import { SecureAgent } from '../http/agents.ts';
import { KubeError } from './errors.ts';

export interface KubeConnectionOptions {
  /** Any way to a connected byte stream to the API server. */
  dial: () => Promise<Socket>;
  /** Name that the server's certificate must carry. */
  servername: string;
  /** For the Host header, `host:port`. */
  authority: string;
  /** Path prefix of the cluster, without a trailing slash. */
  basePath: string;
  /** Roots to trust, PEM; undefined trusts the system's. */
  ca: string | undefined;
  /** Asked for every request: projected tokens rotate. */
  token: () => string | undefined;
  clientCertificate?: { cert: string; key: string };
}

export interface KubeRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  query?: Readonly<Record<string, string | undefined>>;
  body?: unknown;
  contentType?: string;
  signal?: AbortSignal | undefined;
}

/** HTTPS to one API server over sockets that `dial` makes. */
export class KubeConnection implements Disposable {
  readonly #options: KubeConnectionOptions;
  readonly #agent: Agent;

  constructor(options: KubeConnectionOptions) {
    this.#options = options;
    const { dial, servername, ca, clientCertificate } = options;
    this.#agent = new SecureAgent(() => dial(), { servername, ca, clientCertificate });
  }

  /** The body of a success. @throws KubeError with the server's Status, or status 0 when the server is not reached. */
  async json<T>(request: KubeRequest): Promise<T> {
    return JSON.parse(await this.text(request)) as T;
  }

  async text(request: KubeRequest): Promise<string> {
    return text(await this.stream(request));
  }

  /** The body of a success as it comes. @throws KubeError */
  async stream(request: KubeRequest): Promise<IncomingMessage> {
    const response = await this.#send(request);
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return response;
    throw KubeError.fromBody(status, await text(response), request);
  }

  /** An open WebSocket of subprotocol `protocol`. @throws KubeError when the server does not switch. */
  webSocket(
    { path, query = {} }: { path: string; query?: Record<string, string> },
    protocol: string,
  ): Promise<WebSocket> {
    const { basePath, authority, token } = this.#options;
    const bearer = token();
    const socket = new WebSocket(
      `wss://${authority}${basePath}${path}?${new URLSearchParams(query).toString()}`,
      protocol,
      {
        agent: this.#agent,
        headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` },
        perMessageDeflate: false,
      },
    );
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(socket));
      socket.once('error', (cause) => reject(KubeError.unreachable(cause, { method: 'GET', path })));
    });
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }

  #send({ method, path, query = {}, body, contentType, signal }: KubeRequest): Promise<IncomingMessage> {
    const { basePath, authority, token } = this.#options;
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.set(name, value);
    const search = parameters.size === 0 ? '' : `?${parameters.toString()}`;
    const bearer = token();
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      host: authority,
      accept: 'application/json',
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      ...(payload === undefined
        ? {}
        : { 'content-type': contentType ?? 'application/json', 'content-length': Buffer.byteLength(payload) }),
    };
    return new Promise((resolve, reject) => {
      const options = { method, path: `${basePath}${path}${search}`, headers, agent: this.#agent };
      const sent = httpsRequest({ ...options, ...(signal ? { signal } : {}) }, resolve);
      sent.on('error', (cause) => reject(KubeError.unreachable(cause, { method, path })));
      sent.end(payload);
    });
  }
}
