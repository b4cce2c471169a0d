import type { EventLog, LoggedEvent } from '@meshbed/core';
import { answered, type Call } from './route.ts';

const usual = 1000;

/** The last events as JSON, or what happens from now on for a client that accepts `text/event-stream`. */
export function events(log: EventLog, { query, request, response }: Call): unknown {
  const area = query.get('area') ?? undefined;
  if (!request.headers.accept?.includes('text/event-stream')) return log.list(area).slice(-lastOf(query, usual));
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.flushHeaders();
  const write = (event: LoggedEvent) => {
    if (area === undefined || event.area === area)
      response.write(`event: ${event.area}\ndata: ${JSON.stringify(event)}\n\n`);
  };
  const subscription = log.subscribe(write);
  response.once('close', () => subscription[Symbol.dispose]());
  return answered;
}

/** One call of AWS's APIs. */
export interface LoggedRequest {
  atMs: number;
  /** `ec2:DescribeVpcs` */
  operation: string;
  /** ARN of the caller; absent when nobody valid called. */
  principal?: string;
  /** `ok`, or the name of the error. */
  verdict: string;
}

/** The last calls, the latest last. */
export function requests(log: EventLog, { query }: Call): LoggedRequest[] {
  return log
    .list('aws')
    .filter(({ facts }) => 'outcome' in facts)
    .slice(-lastOf(query, 100))
    .map(({ atMs, what, facts: { principal, outcome } }) => ({
      atMs,
      operation: what,
      ...(typeof principal === 'string' ? { principal } : {}),
      verdict: String(outcome),
    }));
}

/** `?last=N` */
function lastOf(query: URLSearchParams, otherwise: number): number {
  const asked = Number(query.get('last') ?? otherwise);
  return Number.isInteger(asked) && asked > 0 ? asked : otherwise;
}
