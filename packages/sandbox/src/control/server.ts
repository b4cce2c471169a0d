import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import type { Gateway } from '@meshbed/aws-server';
import { findCause, MeshbedError, messageOf } from '@meshbed/core';
import type { Readiness } from './readiness.ts';
import { answered, type Call, match, type Route } from './route.ts';

export const controlPrefix = '/_sandbox';

export interface ControlOptions<Subject> {
  gateway: Gateway;
  readiness: Readiness;
  routes: readonly Route<Subject>[];
  /** What routes work on; undefined until it is there. */
  subject: () => Subject | undefined;
}

/** Serves the control API beside AWS's. Whoever calls must know the secret, which is new for each sandbox. */
export function serveControl<Subject>(options: ControlOptions<Subject>): { url: string; secret: string } {
  const secret = randomBytes(24).toString('base64url');
  options.gateway.routes.set(`${controlPrefix}/`, (request, response) => {
    respond(options, secret, { request, response }).catch((error: unknown) => fail(response, error));
  });
  return { url: `${options.gateway.url}${controlPrefix}`, secret };
}

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
}

async function respond<Subject>(options: ControlOptions<Subject>, secret: string, exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://sandbox');
  const path = pathname.slice(controlPrefix.length);
  if (path === '/health') return health(options.readiness, exchange);
  if (!isAuthorized(request, secret))
    return send(response, 401, { message: 'the secret of the locator file is missing or wrong', next: secretHint });
  const subject = options.subject();
  if (options.readiness.missing.length > 0 || !subject) return health(options.readiness, exchange);
  const found = options.routes.filter((route) => match(route, path));
  const route = found.find(({ method }) => method === request.method);
  if (!route) return notServed(response, path, found);
  const call: Call = { parameters: match(route, path) ?? {}, query, body: await bodyOf(request), request, response };
  const answer = await route.run(subject, call);
  if (answer !== answered) send(response, route.status ?? 200, answer ?? {});
}

const secretHint = 'header authorization: Bearer SECRET, which is "secret" in instance.json';

function health({ missing }: Readiness, { response }: Exchange): void {
  if (missing.length === 0) send(response, 200, { status: 'ready' });
  else send(response, 503, { status: 'starting', missing });
}

function notServed(response: ServerResponse, path: string, others: readonly Route<never>[]): void {
  const methods = others.map(({ method }) => method).join(', ');
  if (methods !== '') return send(response, 405, { message: `${path} has no such method; it has ${methods}` });
  send(response, 404, {
    message: `there is no ${path}`,
    next: `GET ${controlPrefix}/openapi.json lists what there is`,
  });
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  if (request.method === 'GET' || request.headers['content-length'] === '0') return undefined;
  if (request.headers['content-length'] === undefined && request.headers['transfer-encoding'] === undefined)
    return undefined;
  // A form of a web page can't have this type.
  if (!request.headers['content-type']?.startsWith('application/json'))
    throw new MeshbedError('user/body', 'the body must have content-type application/json');
  return json(request).catch((cause: unknown) => {
    throw new MeshbedError('user/body', 'the body is no JSON', { cause });
  });
}

function isAuthorized({ headers }: IncomingMessage, secret: string): boolean {
  const [given, wanted] = [Buffer.from(headers.authorization ?? ''), Buffer.from(`Bearer ${secret}`)];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

const statuses: Readonly<Record<string, number>> = { user: 400, environment: 409, cloud: 409 };

function fail(response: ServerResponse, error: unknown): void {
  const found = findCause(error, MeshbedError);
  const status = statuses[found?.code.split('/')[0] ?? ''] ?? 500;
  const { code, object, likely, next } = found ?? {};
  send(response, status, { message: messageOf(error), code, object, likely, next });
}

function send(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent) return void response.end();
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(`${JSON.stringify(body)}\n`);
}
