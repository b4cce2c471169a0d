import { buffer } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';
import type { ProgramContext } from '@meshbed/core';
import { serveHttp } from './serve.ts';

/** The workshop's echo server: answers every request with JSON about the host, the request and the environment. */
export function echo(context: ProgramContext): Promise<number> {
  const port = Number(context.env['PORT'] ?? 8080);
  context.log(`Listening on port ${port}.`);
  return serveHttp(context, [port], (request, response) => {
    void describe(context, request).then((body) => {
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(`${JSON.stringify(body)}\n`);
    });
  });
}

async function describe({ hostname, network, env }: ProgramContext, request: IncomingMessage) {
  const url = new URL(request.url ?? '/', 'http://echo');
  const body = (await buffer(request)).toString('utf8');
  return {
    host: { hostname, ip: network.ip, ips: [] },
    http: { method: request.method, baseUrl: '', originalUrl: request.url, protocol: 'http' },
    request: {
      params: { 0: url.pathname },
      query: Object.fromEntries(url.searchParams),
      cookies: {},
      body: parsed(body),
      headers: request.headers,
    },
    environment: { ...env, HOSTNAME: hostname, PORT: env['PORT'] ?? '8080' },
  };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body === '' ? {} : body;
  }
}
