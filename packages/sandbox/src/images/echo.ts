import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { ProgramContext } from '@meshbed/core';
import { serveHttp } from './serve.ts';

/**
 * The workshop's echo server: answers every request with JSON about the host, the request and the environment. The host
 * is the one that answers, whatever name it was asked by, so that a test can tell workloads apart.
 */
export function echo(context: ProgramContext): Promise<number> {
  const port = Number(context.env['PORT'] ?? 8080);
  context.log(`Listening on port ${port}.`);
  return serveHttp(context, [port], async (request, response) => {
    const body = JSON.stringify(await describe(context, request));
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(`${body}\n`);
  });
}

async function describe({ hostname, network, env }: ProgramContext, request: IncomingMessage) {
  const url = new URL(request.url ?? '/', 'http://echo');
  return {
    host: { hostname, ip: network.ip, ips: [] },
    http: { method: request.method, baseUrl: '', originalUrl: request.url, protocol: 'http' },
    request: {
      params: { 0: url.pathname },
      query: Object.fromEntries(url.searchParams),
      cookies: {},
      body: parsed(await text(request)),
      headers: request.headers,
    },
    environment: { ...env, HOSTNAME: hostname, PORT: env['PORT'] ?? '8080' },
  };
}

function parsed(body: string): unknown {
  if (body === '') return {}; // an exception for every GET would cost more than the answer
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
