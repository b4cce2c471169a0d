import { once } from 'node:events';
import { request as requestTls } from 'node:https';
import { connect } from 'node:net';
import { request } from '@meshbed/core/http';
import { openGateway } from '@meshbed/aws-server';
import { systemClock, virtualClock } from '@meshbed/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSandbox, type Sandbox } from '../sandbox.ts';
import { controlClient } from './client.ts';
import { Readiness } from './readiness.ts';
import { routes } from './routes.ts';
import { serveControl } from './server.ts';

const clock = virtualClock(Date.UTC(2026, 0, 1));
let sandbox: Sandbox;
beforeAll(async () => (sandbox = await createSandbox({ clock, profile: 'instant', defaultVpcs: true })));
afterAll(() => sandbox[Symbol.asyncDispose]());

interface Answer {
  status: number;
  headers: Record<string, unknown>;
  body: string;
}

const connects = (host: string, port: number): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect({ host, port });
    socket
      .on('connect', () => resolve('connected'))
      .on('error', ({ code }: NodeJS.ErrnoException) => resolve(code ?? ''));
    socket.on('connect', () => socket.destroy());
  });

/** As no polite client would ask. */
async function ask(url: string, headers: Record<string, string>, method = 'GET'): Promise<Answer> {
  const call = (url.startsWith('https') ? requestTls : request)(url, {
    method,
    headers,
    rejectUnauthorized: false,
  }).end();
  const [response] = (await once(call, 'response')) as [import('node:http').IncomingMessage];
  const chunks = (await response.toArray()) as Buffer[];
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() };
}

const client = () => controlClient(sandbox.control);
const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });

describe('who may ask', () => {
  test.each(routes.filter(({ open }) => !open).map((route) => [`${route.method} ${route.path}`, route] as const))(
    '%s: nobody without the secret',
    async (_, { method, path }) => {
      for (const headers of [{}, bearer('guessed'), bearer('')])
        expect(await ask(sandbox.control.url + path, headers, method)).toMatchObject({ status: 401 });
    },
  );

  const page = { origin: 'http://evil.example' };
  test.each<[string, Record<string, string>, string]>([
    ['a page of another origin', page, 'GET'],
    ['its preflight', { ...page, 'access-control-request-method': 'POST' }, 'OPTIONS'],
    ['an image or a form of a page', { 'sec-fetch-site': 'cross-site' }, 'GET'],
    ['a page whose name was rebound to this machine', { host: 'evil.example:4610' }, 'POST'],
  ])('%s: refused everywhere, also with the secret', async (_, headers, method) => {
    expect((await ask(`${sandbox.azure.url}/metadata/endpoints`, headers, method)).status).toBe(403);
    const places = [`${sandbox.control.url}/info`, `${sandbox.control.url}/health`, `${sandbox.aws.url}/`];
    for (const url of places) {
      const answer = await ask(url, { ...bearer(sandbox.control.secret), ...headers }, method);
      expect([url, answer.status]).toEqual([url, 403]);
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  test('a page: refused by the Kubernetes API, where the certificate keeps other names away', async () => {
    expect((await ask(`${sandbox.kube.url}/version`, page)).status).toBe(403);
  });

  // Whoever listens on all interfaces answers there, too; other systems have no second address of loopback.
  test.skipIf(process.platform !== 'linux')('the ports: on 127.0.0.1 only', async () => {
    const urls = [sandbox.aws.url, sandbox.kube.url, sandbox.azure.url];
    const answers = urls.map((url) => connects('127.0.0.2', Number(new URL(url).port)));
    expect(await Promise.all(answers)).toEqual(urls.map(() => 'ECONNREFUSED'));
  });

  test('a WebSocket of a page: refused', async () => {
    const headers = { ...page, connection: 'upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
    for (const path of ['/v1/data-channel/x', '/_sandbox/events'])
      expect((await ask(sandbox.aws.url + path, headers)).status).toBeGreaterThanOrEqual(403);
  });

  test('an AWS call without a signature gets nothing', async () => {
    const query = '/?Action=GetCallerIdentity&Version=2011-06-15';
    const answer = await ask(sandbox.aws.url + query, {});
    expect(answer).toMatchObject({
      status: 403,
      body: expect.stringContaining('<Code>MissingAuthenticationToken</Code>') as string,
    });
  });

  test('a body that is no JSON, as a form sends it: refused', async () => {
    const headers = { ...bearer(sandbox.control.secret), 'content-type': 'text/plain', 'content-length': '0' };
    expect((await ask(`${sandbox.control.url}/faults`, headers, 'POST')).status).toBe(400);
  });
});

test('health: 503 with what is missing until everything is there', async () => {
  await using gateway = await openGateway({ port: 0, clock: systemClock, latencyMs: 0 });
  const readiness = new Readiness(['Kubernetes API', 'AWS APIs']);
  const control = serveControl({ gateway, readiness, routes, subject: () => sandbox });
  const health = async () => {
    const { status, body } = await ask(`${control.url}/health`, {});
    return [status, JSON.parse(body)];
  };
  expect(await health()).toEqual([503, { status: 'starting', missing: ['Kubernetes API', 'AWS APIs'] }]);
  expect((await ask(`${control.url}/info`, bearer(control.secret))).status).toBe(503);
  expect((await ask(`${gateway.url}/`, {})).status).toBe(503);
  readiness.reached('Kubernetes API');
  expect(await health()).toEqual([503, { status: 'starting', missing: ['AWS APIs'] }]);
  readiness.reached('AWS APIs');
  expect(await health()).toEqual([200, { status: 'ready' }]);
});

test('info, clock, unknown paths and methods', async () => {
  expect(await client().health()).toEqual({ status: 'ready' });
  expect(await client().info()).toMatchObject({ pid: process.pid, clusters: [], urls: { aws: sandbox.aws.url } });
  expect(await client().clock.read()).toEqual({
    nowMs: clock.now(),
    time: '2026-01-01T00:00:00.000Z',
    kind: 'virtual',
  });
  expect((await client().clock.advance(60_000)).time).toBe('2026-01-01T00:01:00.000Z');
  await expect(client().clock.advance(-1)).rejects.toThrow('ms must be a number');
  const secret = bearer(sandbox.control.secret);
  expect((await ask(`${sandbox.control.url}/clok`, secret)).status).toBe(404);
  expect((await ask(`${sandbox.control.url}/clock`, secret, 'DELETE')).status).toBe(405);
});

test('requests and events: who called what, and what came of it', async () => {
  const { principal } = sandbox.aws.world.credentials.find(sandbox.accounts.local.accessKeyId)!;
  const ended = new AbortController();
  const seen = (async () => {
    for await (const { what } of client().follow(ended.signal, 'aws')) return what;
    return undefined;
  })();
  await expect
    .poll(() => sandbox.aws.invoke(principal, 'ec2', 'DescribeVpcs', {}).then(() => client().requests(1)))
    .toEqual([expect.objectContaining({ operation: 'ec2:DescribeVpcs', principal: principal.arn, verdict: 'ok' })]);
  await sandbox.aws.invoke(principal, 'sts', 'GetCallerIdentity', {});
  expect(await seen).toMatch(/^(ec2:DescribeVpcs|sts:GetCallerIdentity)$/);
  ended.abort();
  expect((await client().events({ area: 'aws', last: 1 })).map(({ what }) => what)).toEqual(['sts:GetCallerIdentity']);
});

test('reset: one account is as new, the other one stays', async () => {
  const { credentials } = sandbox.aws.world;
  const vpcs = () =>
    client()
      .resources({ service: 'ec2' })
      .then((all) => all.filter(({ type }) => type === 'vpc'));
  const before = (await vpcs()).length;
  for (const { accessKeyId } of Object.values(sandbox.accounts))
    await sandbox.aws.invoke(credentials.find(accessKeyId)!.principal, 'ec2', 'CreateVpc', {
      CidrBlock: '10.1.0.0/16',
    });
  expect((await vpcs()).length).toBe(before + 2);
  const { accountId } = sandbox.accounts.external;
  expect(await client().reset({ account: 'external' })).toEqual({ reset: [`account ${accountId}`] });
  expect((await vpcs()).filter(({ account }) => account === accountId)).toHaveLength(1); // the default one
  expect((await client().reset()).reset).toHaveLength(4); // two accounts, two subscriptions
  await expect(client().reset({ subscription: 'x' })).rejects.toThrow('there is no subscription x');
  await expect(client().reset({ subscription: 'x', cluster: 'y' })).rejects.toThrow('not several');
  await expect(client().reset({ account: '1' })).rejects.toThrow('there is no account 1');
  await expect(client().reset({ cluster: 'x' })).rejects.toThrow('there is no EKS, AKS or ECS cluster x');
});
