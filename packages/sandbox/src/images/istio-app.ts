import type { IncomingMessage } from 'node:http';
import type { ProgramContext } from '@meshbed/core';
import { type Arrival, serveHttp } from './serve.ts';

/** gcr.io/istio-testing/app: answers in lines of `Name=value`. Ports come from `--port N` (repeatable), default 8080. */
export function istioTestingApp(context: ProgramContext): Promise<number> {
  const ports = portsOf(context.argv);
  return serveHttp(context, ports, (request, response, arrival) => {
    const lines = linesFor(context, request, arrival);
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(lines.join('\n'));
  });
}

function portsOf(argv: readonly string[]): number[] {
  const named = argv.flatMap((word, at) => {
    if (word === '--port') return [Number(argv[at + 1])];
    return word.startsWith('--port=') ? [Number(word.slice('--port='.length))] : [];
  });
  return named.length > 0 ? named : [8080];
}

function linesFor(context: ProgramContext, request: IncomingMessage, { port, peer }: Arrival): string[] {
  const headers = Object.entries(request.headers).map(
    ([name, value]) => `RequestHeader=${capitalised(name)}:${String(value)}`,
  );
  return [
    `ServiceVersion=${context.env['SERVICE_VERSION'] ?? ''}`,
    `ServicePort=${port}`,
    `Host=${request.headers.host ?? ''}`,
    `URL=${request.url ?? '/'}`,
    `Method=${request.method ?? ''}`,
    `Proto=HTTP/${request.httpVersion}`,
    `IP=${peer.ip}`,
    ...headers,
    `Hostname=${context.hostname}`,
    '',
  ];
}

const capitalised = (name: string) => name.replaceAll(/(^|-)[a-z]/g, (start) => start.toUpperCase());
