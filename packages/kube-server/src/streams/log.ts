import type { ServerResponse } from 'node:http';
import type { ContainerLog, ContainerRecord, LogLine } from '../kubelet/index.ts';
import type { SubresourceRequest } from '../server/subresource.ts';
import { ApiError } from '../store/index.ts';
import { targetContainer } from './target.ts';

interface LogOptions {
  follow: boolean;
  timestamps: boolean;
  tailLines: number | undefined;
  sinceMs: number;
  limitBytes: number;
}

/** GET …/pods/NAME/log: a container's output as text; with `follow` until the container exits or the client leaves. */
export async function serveLog(request: SubresourceRequest, response: ServerResponse): Promise<void> {
  const options = logOptions(request);
  const log = chooseLog(targetContainer(request), request);
  response.writeHead(200, { 'content-type': 'text/plain' });
  const write = limitedWriter(response, options);
  for (const line of selectLines(log.lines, options)) write(line);
  if (options.follow) await follow(log, response, write);
  response.end();
}

function chooseLog(record: ContainerRecord, { query, object }: SubresourceRequest): ContainerLog {
  const where = `container "${record.spec.name}" in pod "${object.metadata.name}"`;
  if (query.get('previous') === 'true') {
    if (record.previousLog) return record.previousLog;
    throw new ApiError('BadRequest', `previous terminated ${where} not found`);
  }
  if (record.everStarted)
    return record.state.phase === 'waiting' && record.previousLog ? record.previousLog : record.log;
  throw new ApiError('BadRequest', `${where} is waiting to start: ${record.waiting?.reason ?? 'ContainerCreating'}`);
}

function logOptions({ query, cluster }: SubresourceRequest): LogOptions {
  const sinceSeconds = wholeNumber(query, 'sinceSeconds');
  const sinceTime = query.get('sinceTime');
  return {
    follow: query.get('follow') === 'true',
    timestamps: query.get('timestamps') === 'true',
    tailLines: wholeNumber(query, 'tailLines'),
    sinceMs: sinceSeconds === undefined ? Date.parse(sinceTime ?? '') || 0 : cluster.clock.now() - sinceSeconds * 1000,
    limitBytes: wholeNumber(query, 'limitBytes') ?? Infinity,
  };
}

function wholeNumber(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/^\d+$/.test(text))
    throw new ApiError('BadRequest', `invalid ${name}: ${JSON.stringify(text)} is not a whole number`);
  return Number(text);
}

function selectLines(lines: readonly LogLine[], { sinceMs, tailLines }: LogOptions): readonly LogLine[] {
  const recent = lines.filter(({ atMs }) => atMs >= sinceMs);
  return tailLines === undefined ? recent : recent.slice(Math.max(0, recent.length - tailLines));
}

function limitedWriter(response: ServerResponse, { timestamps, limitBytes }: LogOptions): (line: LogLine) => void {
  let left = limitBytes;
  return ({ atMs, text }) => {
    const bytes = Buffer.from(`${timestamps ? `${new Date(atMs).toISOString()} ` : ''}${text}\n`).subarray(0, left);
    left -= bytes.length;
    if (bytes.length > 0) response.write(bytes);
  };
}

function follow(log: ContainerLog, response: ServerResponse, write: (line: LogLine) => void): Promise<void> {
  return new Promise((resolve) => {
    const subscription = log.follow((line) => (line === 'end' ? resolve() : write(line)));
    response.once('close', () => {
      subscription[Symbol.dispose]();
      resolve();
    });
    response.flushHeaders();
  });
}
