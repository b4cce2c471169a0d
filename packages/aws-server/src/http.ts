import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from '@meshbed/core/http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '@meshbed/core';
import type { WireRequest, WireResponse } from './wire/index.ts';

/** Takes over a connection that asked for an upgrade (WebSocket). */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Path prefix → handler. */
export type Upgrades = Map<string, UpgradeHandler>;

export interface HttpOptions {
  port: number;
  handle: (request: WireRequest) => Promise<WireResponse>;
  upgrades: Upgrades;
  /** Also for the `date` header: clients correct their clocks by it. */
  clock: Clock;
  /** Of a call. */
  latencyMs: number;
}

export interface HttpListener extends AsyncDisposable {
  url: string;
}

/** Larger than any request of the implemented services. */
const longestBody = 8 * 1024 * 1024;

/** Serves on 127.0.0.1; port 0 takes a free one. */
export async function listenHttp(options: HttpOptions): Promise<HttpListener> {
  const server = createServer((request, response) => {
    answer(options, request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.on('upgrade', (request, socket, head) => upgrade(options.upgrades, request, socket, head));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: () => close(server) };
}

async function answer(options: HttpOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { handle, clock, latencyMs } = options;
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

function upgrade(upgrades: Upgrades, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const prefix = [...upgrades.keys()].find((candidate) => request.url?.startsWith(candidate));
  const handler = prefix === undefined ? undefined : upgrades.get(prefix);
  if (handler) return handler(request, socket, head);
  socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
