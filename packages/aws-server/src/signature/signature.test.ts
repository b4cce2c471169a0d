import { virtualClock } from '@meshbed/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { form, type RawRequest, send } from '../testing/raw.ts';
import { keys, local, type TestServer, testServer } from '../testing/server.ts';
import { presigned, signed, type Signer } from '../testing/sign.ts';

const startMs = Date.UTC(2026, 10, 22, 8, 0, 0);
const minute = 60_000;
const key = keys[local] ?? { accessKeyId: '', secretAccessKey: '' };

let server: TestServer;
const clock = virtualClock(startMs);
beforeAll(async () => void (server = await testServer({ clock })));
afterAll(() => server[Symbol.asyncDispose]());

/** The same question in each protocol; of JSON and REST only the way of being refused matters here. */
const protocols: Record<string, { request: RawRequest; service: string }> = {
  ec2: { request: form({ Action: 'DescribeVpcs', Version: '2016-11-15' }), service: 'ec2' },
  query: { request: form({ Action: 'GetCallerIdentity', Version: '2011-06-15' }), service: 'sts' },
  json: {
    request: { headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'Unknown_1.Op' }, body: '{}' },
    service: 'unknown',
  },
  rest: { request: { method: 'GET', path: '/clusters' }, service: 'unknown' },
};

async function ask(protocol: string, change: Partial<Signer> = {}) {
  const { request, service } = protocols[protocol] ?? { request: {}, service: '' };
  const signer = { ...key, service, atMs: clock.now(), host: new URL(server.aws.url).host, ...change };
  const { status, body, headers } = await send(server.aws.url, signed(request, signer));
  const code = /<Code>([^<]+)/.exec(body)?.[1] ?? /"__type":"([^"]+)/.exec(body)?.[1] ?? headers['x-amzn-errortype'];
  return { status, code, body };
}

describe('refusals in each protocol', () => {
  const wrongKey = { accessKeyId: 'AKIANOBODY' };
  const wrongSecret = { secretAccessKey: 'wrong' };
  test.each([
    ['ec2', 'unknown key', wrongKey, 'AuthFailure', 401],
    ['query', 'unknown key', wrongKey, 'InvalidClientTokenId', 403],
    ['json', 'unknown key', wrongKey, 'UnrecognizedClientException', 400],
    ['rest', 'unknown key', wrongKey, 'UnrecognizedClientException', 403],
    ['ec2', 'wrong secret', wrongSecret, 'AuthFailure', 401],
    ['query', 'wrong secret', wrongSecret, 'SignatureDoesNotMatch', 403],
    ['json', 'wrong secret', wrongSecret, 'InvalidSignatureException', 400],
    ['rest', 'wrong secret', wrongSecret, 'InvalidSignatureException', 403],
    ['query', 'session token on a long-lived key', { sessionToken: 'x' }, 'InvalidClientTokenId', 403],
    ['query', 'scope of another service', { service: 'iam' }, 'SignatureDoesNotMatch', 403],
    ['query', 'signed six minutes ago', { atMs: startMs - 6 * minute }, 'SignatureDoesNotMatch', 403],
    ['query', 'signed six minutes ahead', { atMs: startMs + 6 * minute }, 'SignatureDoesNotMatch', 403],
    ['ec2', 'signed six minutes ago', { atMs: startMs - 6 * minute }, 'RequestExpired', 400],
  ] as const)('%s: %s', async (protocol, _, change, code, status) => {
    expect(await ask(protocol, change)).toMatchObject({ code, status });
  });

  test.each([
    ['ec2', 'MissingParameter', 400],
    ['query', 'MissingAuthenticationToken', 403],
    ['json', 'MissingAuthenticationTokenException', 400],
    ['rest', 'MissingAuthenticationTokenException', 403],
  ])('%s: unsigned', async (protocol, code, status) => {
    const { body, headers, status: actual } = await send(server.aws.url, protocols[protocol]?.request ?? {});
    expect(body + String(headers['x-amzn-errortype'])).toContain(code);
    expect(actual).toBe(status);
  });
});

test('a changed body: the signature no longer matches', async () => {
  const { request, service } = protocols['query'] ?? { request: {}, service: '' };
  const host = new URL(server.aws.url).host;
  const sent = signed(request, { ...key, service, atMs: clock.now(), host });
  const { body } = await send(server.aws.url, { ...sent, body: `${sent.body}&Extra=1` });
  expect(body).toContain('SignatureDoesNotMatch');
});

describe('presigned URLs', () => {
  const presign = (expiresSeconds: number, atMs = startMs) => {
    const { host } = new URL(server.aws.url);
    const query = { Action: 'GetCallerIdentity', Version: '2011-06-15' };
    const headers = { 'x-k8s-aws-id': 'demo' };
    return presigned({ ...key, service: 'sts', atMs, host, query, headers, expiresSeconds });
  };

  test('within its time: the caller is known', async () => {
    const { status, body } = await send(server.aws.url, presign(60));
    expect(status).toBe(200);
    expect(body).toContain(`arn:aws:iam::${local}:user/admin`);
  });

  test.each([
    ['another cluster in the signed header', { headers: { 'x-k8s-aws-id': 'other' } }, 60],
    ['longer than a week', {}, 8 * 86_400],
  ])('%s: refused', async (_, change, expiresIn) => {
    const { status } = await send(server.aws.url, { ...presign(expiresIn), ...change });
    expect(status).toBe(403);
  });

  test.each([
    ['STS takes a call that says 60 seconds for 15 minutes: EKS tokens live that long', 14 * 60_000, 200],
    ['after its time it is expired', 16 * 60_000, 403],
  ])('%s', async (_, ageMs, expected) => {
    const { status } = await send(server.aws.url, presign(60, startMs - ageMs));
    expect(status).toBe(expected);
  });
});

const dotted = {
  headers: {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents',
  },
  body: '{}',
};

describe('dispatch', () => {
  test.each([
    [
      'query',
      form({ Action: 'DeleteEverything', Version: '2011-06-15' }),
      'sts',
      'InvalidAction',
      'DeleteEverything of sts',
    ],
    ['json', protocols['json']?.request ?? {}, 'unknown', 'UnknownOperationException', 'Op of unknown'],
    ['rest', protocols['rest']?.request ?? {}, 'unknown', 'UnknownOperationException', 'GET /clusters of unknown'],
    ['rest-xml', protocols['rest']?.request ?? {}, 's3', 'InvalidAction', '<Code>InvalidAction</Code>'],
    ['json with dots in its target', dotted, 'cloudtrail', 'UnknownOperationException', 'LookupEvents of cloudtrail'],
  ])('%s: an operation that is not implemented is named', async (_, request, service, code, message) => {
    const signer = { ...key, service, atMs: clock.now(), host: new URL(server.aws.url).host };
    const { status, body, headers } = await send(server.aws.url, signed(request, signer));
    expect(status).toBe(400);
    expect(body + String(headers['x-amzn-errortype'])).toContain(code);
    expect(body).toContain(message);
    expect(headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('WebSocket requests: routed by path prefix', async () => {
    const seen = new Promise<string>((resolve) => {
      server.aws.upgrades.set('/v1/data-channel/', (request, socket) => {
        resolve(request.url ?? '');
        socket.destroy();
      });
    });
    const upgrade = { connection: 'Upgrade', upgrade: 'websocket' };
    const call = send(server.aws.url, { method: 'GET', path: '/v1/data-channel/1', headers: upgrade });
    await expect(call).rejects.toThrow('socket hang up');
    expect(await seen).toBe('/v1/data-channel/1');
    const elsewhere = await send(server.aws.url, { method: 'GET', path: '/elsewhere', headers: upgrade });
    expect(elsewhere.status).toBe(404);
  });
});
