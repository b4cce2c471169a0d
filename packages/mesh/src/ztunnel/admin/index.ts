/** ztunnel's own HTTP endpoints: administration (15000, inside only), metrics (15020), readiness (15021). */
import type { WorkloadNetwork } from '@meshbed/core';
import type { AccessLog } from '../access-log/index.ts';
import type { TrafficMetrics } from '../metrics/index.ts';
import { configDump, type DumpSource } from './config-dump.ts';
import { type Answer, type Request, serveHttp } from './http.ts';

export interface AdminOptions {
  network: WorkloadNetwork;
  dump: () => DumpSource;
  access: AccessLog;
  metrics: TrafficMetrics;
  /** What it still waits for; empty when it is ready. */
  pending: () => readonly string[];
  version: string;
}

export async function serveAdmin(options: AdminOptions): Promise<AsyncDisposable> {
  const { network } = options;
  const stack = new AsyncDisposableStack();
  const logging = new LogLevel();
  stack.use(
    await serveHttp({ network, port: 15000, loopback: true }, (request) => administer(options, logging, request)),
  );
  stack.use(await serveHttp({ network, port: 15020, loopback: false }, ({ url }) => metricsAnswer(options, url)));
  stack.use(await serveHttp({ network, port: 15021, loopback: false }, ({ url }) => readiness(options, url)));
  return stack;
}

const notFound: Answer = { status: 404, body: 'Not Found\n' };
const json = (value: unknown): Answer => ({
  status: 200,
  body: `${JSON.stringify(value, undefined, 2)}\n`,
  contentType: 'application/json',
});

/** `/connections/recent` is ours: the last records of the access log, so that a refusal can be looked up. */
function administer({ dump, access }: AdminOptions, logging: LogLevel, { method, url }: Request): Answer {
  switch (url.pathname) {
    case '/config_dump':
      return json(configDump(dump()));
    case '/connections/recent':
      return json(access.recent);
    case '/logging':
      return method === 'POST' ? logging.change(url.searchParams) : { status: 405, body: 'Invalid HTTP method\n' };
    default:
      return notFound;
  }
}

const metricsAnswer = ({ metrics, version }: AdminOptions, { pathname }: URL): Answer =>
  pathname === '/metrics' || pathname === '/stats/prometheus'
    ? { status: 200, body: metrics.text(version), contentType: 'text/plain; version=0.0.4' }
    : notFound;

function readiness({ pending }: AdminOptions, { pathname }: URL): Answer {
  if (pathname !== '/healthz/ready') return notFound;
  const waiting = pending();
  return waiting.length === 0
    ? { status: 200, body: 'ready\n' }
    : { status: 500, body: `not ready, pending: ${waiting.join(', ')}\n` };
}

const initial = 'hickory_server::server=off,info';
const directive =
  /^(?:[\w:]+=)?(?:trace|debug|info|warn|error|off)(?:,(?:[\w:]+=)?(?:trace|debug|info|warn|error|off))*$/;

/** What `/logging` says and sets. Every line is written whatever the level: there are no debug lines to add. */
class LogLevel {
  #current = initial;

  change(query: URLSearchParams): Answer {
    const level = query.get('level');
    if (query.has('reset')) this.#current = initial;
    if (level !== null && !directive.test(level)) return { status: 400, body: `Invalid level provided: ${level}\n` };
    if (level !== null) this.#current = `${this.#current},${level}`;
    return { status: 200, body: `current log level is ${this.#current}\n` };
  }
}
