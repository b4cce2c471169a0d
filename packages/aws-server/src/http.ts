import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from '@meshbed/core/http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Clock, MeshbedError, strangerReason } from '@meshbed/core';
import type { WireRequest, WireResponse } from './wire/index.ts';

/** Takes over a connection that asked for an upgrade (WebSocket). */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Path prefix → handler. */
export type Upgrades = Map<string, UpgradeHandler>;

/** Answers what is no call of AWS. */
export type RouteHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** Path prefix → handler. */
export type Routes = Map<string, RouteHandler>;

export interface GatewayOptions {
  /** Port 0 takes a free one. */
  port: number;
  /** Also for the `date` header: clients correct their clocks by it. */
  clock: Clock;
  /** Of a call. */
  latencyMs: number;
  /** Names by which it is asked for besides those of the loopback interface. */
  hostNames?: readonly string[];
}

/** The port of the sandbox: the APIs of AWS, and what others serve beside them. */
export interface Gateway extends AsyncDisposable {
  url: string;
  upgrades: Upgrades;
  routes: Routes;
  /** Answers AWS's calls. Until it is set they get 503, which clients try again. */
  handle: (request: WireRequest) => Promise<WireResponse>;
}

/** No stranger's page has such a name, and what is signed for a host can only be verified under it (tokens of EKS). */
const ofAws = /^(?:[a-z0-9-]+\.){1,2}(?:amazonaws\.com|api\.aws)$/;

/** Larger than any request of the implemented services. */
const longestBody = 8 * 1024 * 1024;

/** Serves on 127.0.0.1. @throws MeshbedError `environment/port-taken` */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const [upgrades, routes]: [Upgrades, Routes] = [new Map(), new Map()];
  const names = [...(options.hostNames ?? []), ofAws];
  const server = createServer((request, response) => {
    const reason = strangerReason(request.headers, names);
    if (reason !== undefined) return refuse(request, response, reason);
    const route = handlerOf(routes, request);
    if (route) return route(request, response);
    answer(options, gateway.handle, { request, response }).catch((error: unknown) => response.destroy(error as Error));
  });
  server.on('upgrade', (request, socket, head) => {
    const handler = strangerReason(request.headers, names) === undefined && handlerOf(upgrades, request);
    if (handler) return handler(request, socket, head);
    socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  });
  const url = `http://127.0.0.1:${await listen(server, options.port)}`;
  const gateway: Gateway = { url, upgrades, routes, handle: starting, [Symbol.asyncDispose]: () => close(server) };
  return gateway;
}

const starting = (): Promise<WireResponse> => Promise.resolve({ status: 503, headers: {}, body: '' });

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'EADDRINUSE') return reject(cause);
      const details = { cause, object: `127.0.0.1:${port}`, next: 'choose another port, or 0 for a free one' };
      reject(
        new MeshbedError('environment/port-taken', `port ${port} is busy: another program listens there`, details),
      );
    });
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

/** The body is not awaited: nothing of a stranger is read. */
function refuse(request: IncomingMessage, response: ServerResponse, reason: string): void {
  request.resume();
  const body = `${JSON.stringify({ message: reason })}\n`;
  response.writeHead(403, { 'content-type': 'application/json', connection: 'close' }).end(body);
}

function handlerOf<Handler>(handlers: Map<string, Handler>, { url = '/' }: IncomingMessage): Handler | undefined {
  for (const [prefix, handler] of handlers) if (url.startsWith(prefix)) return handler;
  return undefined;
}

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
}

async function answer(
  { clock, latencyMs }: GatewayOptions,
  handle: Gateway['handle'],
  { request, response }: Exchange,
): Promise<void> {
  const body = await bodyOf(request);
  if (latencyMs > 0) await clock.sleep(latencyMs);
  const { status, headers, body: content } = await handle(wireRequest(request, body));
  response.writeHead(status, {
    ...headers,
    date: new Date(clock.now()).toUTCString(),
    'content-length': Buffer.byteLength(content),
  });
  response.end(content);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > longestBody) throw new Error('request body too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function wireRequest(request: IncomingMessage, body: Buffer): WireRequest {
  const [path = '/', rawQuery = ''] = splitOnce(request.url ?? '/', '?');
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(',') : (value ?? ''),
    ]),
  );
  const query = new URLSearchParams(rawQuery);
  if (headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    for (const [key, value] of new URLSearchParams(body.toString())) query.append(key, value);
  }
  return { method: request.method ?? 'GET', path, rawQuery, query, headers, body };
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
