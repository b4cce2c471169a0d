import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { connectLoopback, splice } from '@meshbed/core';
import { createServer, request as sendRequest } from '@meshbed/core/http';
import type { Mirror } from './mirror.ts';

export interface GuardOptions {
  /** Told of each host, as `host:port`, the first time it is refused. */
  refused: (place: string) => void;
  /** Hosts of which some documents are known here. */
  mirror?: Mirror;
}

/** A proxy for commands of users that leads nowhere but to this machine. */
export interface Guard extends AsyncDisposable {
  /** `http://127.0.0.1:port` */
  url: string;
}

interface Place {
  host: string;
  port: number;
}

/** Starts a proxy on 127.0.0.1 that refuses every other host: what escapes the sandbox fails, and says so. */
export async function startGuard({ refused, mirror }: GuardOptions): Promise<Guard> {
  const seen = new Set<string>();
  const refusal = ({ host, port }: Place): string => {
    const place = `${host}:${port}`;
    if (!seen.has(place)) refused(place);
    seen.add(place);
    return `The meshbed sandbox refused a connection to ${place}: it leads out of this machine. --allow-net permits it.\n`;
  };
  const server = createServer((request, response) => forward(request, response, refusal));
  const tunnels = new Set<Duplex>();
  server.on('connect', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    tunnels.add(socket.on('error', () => socket.destroy()).once('close', () => tunnels.delete(socket)));
    const place = placeOf(`https://${request.url}`, 443);
    if (isLocal(place)) return void tunnel(place, socket, head);
    if (mirror?.has(place.host)) return mirror.accept(place.host, established(socket, head));
    const body = refusal(place);
    socket.end(`HTTP/1.1 403 Forbidden\r\ncontent-type: text/plain\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () => close(server, tunnels),
  };
}

/** Plain HTTP: the request line names the whole address. */
function forward(request: IncomingMessage, response: ServerResponse, refusal: (place: Place) => string): void {
  const { url = '/', method, headers } = request;
  const place = placeOf(url, 80);
  if (!isLocal(place)) {
    request.resume();
    return void response.writeHead(403, { 'content-type': 'text/plain' }).end(refusal(place));
  }
  const onwards = sendRequest(url, { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onwards.on('error', (error) => response.headersSent || response.writeHead(502).end(`${error.message}\n`));
  request.pipe(onwards);
}

async function tunnel({ port }: Place, socket: Duplex, head: Buffer): Promise<void> {
  const upstream = await connectLoopback(port, { allowHalfOpen: true }).catch(() => undefined);
  if (!upstream) return void socket.end('HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n');
  await splice(established(socket, head), upstream).catch(() => socket.destroy());
}

function established(socket: Duplex, head: Buffer): Duplex {
  socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
  if (head.length > 0) socket.unshift(head);
  return socket;
}

function placeOf(address: string, usualPort: number): Place {
  const { hostname, port } = URL.parse(address) ?? { hostname: address, port: '' };
  return { host: hostname, port: Number(port || usualPort) };
}

const isLocal = ({ host }: Place) => host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);

async function close(server: Server, tunnels: ReadonlySet<Duplex>): Promise<void> {
  for (const socket of tunnels) socket.destroy();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}
