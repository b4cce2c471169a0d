import type { InventoryItem } from '@meshbed/aws-server';
import { type LoggedEvent, MeshbedError } from '@meshbed/core';
import type { ConnectionRecord } from '@meshbed/fabric';
import type { FaultRule } from '../faults/kinds.ts';
import type { Fault } from '../faults/index.ts';
import type { SandboxFacts } from '../sandbox.ts';
import type { ClockFacts } from './clock.ts';
import type { LoggedRequest } from './events.ts';

/** Where a sandbox is controlled: the locator file of an instance has both. */
export interface ControlAccess {
  /** `http://127.0.0.1:PORT/_sandbox` */
  url: string;
  secret: string;
}

export interface Health {
  status: 'ready' | 'starting';
  missing?: readonly string[];
}

/** The control API of a running sandbox, in this or another process. Its errors are MeshbedErrors. */
export interface ControlClient {
  health(): Promise<Health>;
  info(): Promise<SandboxFacts>;
  resources(only?: { account?: string; service?: string }): Promise<InventoryItem[]>;
  events(only?: { area?: string; last?: number }): Promise<LoggedEvent[]>;
  /** What happens from now on, until the signal aborts. */
  follow(signal: AbortSignal, area?: string): AsyncIterable<LoggedEvent>;
  requests(last?: number): Promise<LoggedRequest[]>;
  connections(): Promise<ConnectionRecord[]>;
  faults: {
    add(rule: FaultRule): Promise<Fault>;
    list(): Promise<Fault[]>;
    /** Without an id: all. */
    clear(id?: string): Promise<void>;
  };
  clock: { read(): Promise<ClockFacts>; advance(ms: number): Promise<ClockFacts> };
  reset(what?: { account?: string; subscription?: string; cluster?: string }): Promise<{ reset: string[] }>;
  stop(): Promise<void>;
}

const answersWithinMs = 5000;
/** It waits for what it ends. */
const resetsWithinMs = 120_000;

export function controlClient(access: ControlAccess): ControlClient {
  const ask = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const signal = AbortSignal.timeout(path === '/reset' ? resetsWithinMs : answersWithinMs);
    const response = await send(access, { method, path, body, signal });
    const answer = (await response.json()) as T & Refusal;
    if (response.ok || path === '/health') return answer;
    throw refused(answer, response.status);
  };
  const get = <T>(path: string, query: object = {}) => ask<T>('GET', path + queryOf(query));
  return {
    health: () => get('/health'),
    info: () => get('/info'),
    resources: (only) => get('/resources', only),
    events: (only) => get('/events', only),
    follow: (signal, area) => follow(access, signal, area),
    requests: (last) => get('/requests', { last }),
    connections: () => get('/connections'),
    faults: {
      add: (rule) => ask('POST', '/faults', rule),
      list: () => get('/faults'),
      clear: (id) => ask('DELETE', id === undefined ? '/faults' : `/faults/${encodeURIComponent(id)}`),
    },
    clock: { read: () => get('/clock'), advance: (ms) => ask('POST', '/clock/advance', { ms }) },
    reset: (what = {}) => ask('POST', '/reset', what),
    stop: () => ask('POST', '/stop'),
  };
}

interface Question {
  method: string;
  path: string;
  body?: unknown;
  signal: AbortSignal;
  accept?: string;
}

async function send(
  { url, secret }: ControlAccess,
  { method, path, body, signal, accept }: Question,
): Promise<Response> {
  const headers = {
    authorization: `Bearer ${secret}`,
    accept: accept ?? 'application/json',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  return fetch(url + path, { method, headers, signal, ...content }).catch((cause: unknown) => {
    const { code } = ((cause as Error).cause ?? {}) as { code?: string };
    const gone = code === 'ECONNREFUSED';
    throw new MeshbedError(
      gone ? 'environment/sandbox-gone' : 'environment/sandbox-silent',
      gone ? 'no sandbox listens there any more' : 'the sandbox does not answer',
      { cause, object: url, next: 'meshbed sandbox status' },
    );
  });
}

interface Refusal {
  message?: string;
  code?: MeshbedError['code'];
  object?: string;
  likely?: string;
  next?: string;
}

function refused({ message = '', code = 'user/control', ...details }: Refusal, status: number): MeshbedError {
  return new MeshbedError(code, message || `the sandbox answered ${status}`, details);
}

async function* follow(access: ControlAccess, signal: AbortSignal, area?: string): AsyncGenerator<LoggedEvent> {
  const path = `/events${queryOf({ area })}`;
  const { body } = await send(access, { method: 'GET', path, signal, accept: 'text/event-stream' });
  let rest = '';
  for await (const chunk of (body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith('data: ')) yield JSON.parse(line.slice(6)) as LoggedEvent;
  }
}

function queryOf(query: object): string {
  const given = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}
