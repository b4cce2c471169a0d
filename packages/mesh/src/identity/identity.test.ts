import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { FakeKube } from '@meshbed/kube-client/testing';
import { dialLocal } from '../testing/loopback.ts';
import { boundTo, callerRole, reviewToken, signIdentity, verifyIdentity, withoutPath } from './index.ts';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'tok==' };
const region = 'us-east-2';
const nowMs = 1_800_000_000_000;
const role = 'arn:aws:iam::123456789012:role/eks-ecs-task-role';

const decode = (value: string) =>
  JSON.parse(Buffer.from(value.split(' ')[1] ?? '', 'base64url').toString()) as {
    url: string;
    headers: Record<string, string>;
  };
const encode = (value: object) => `aws-iam ${Buffer.from(JSON.stringify(value)).toString('base64url')}`;

const answered = (arn: string) =>
  `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>${arn}</Arn><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;
const assumed = 'arn:aws:sts::123456789012:assumed-role/eks-ecs-task-role/f00';

interface Sts extends AsyncDisposable {
  endpoint: string;
  connect: () => ReturnType<typeof dialLocal>;
  seen: { method: string; path: string; headers: IncomingHttpHeaders; body: string }[];
}
async function sts(status: number, body: string, headers: Record<string, string> = {}): Promise<Sts> {
  const seen: Sts['seen'] = [];
  const server = createServer((request, response) => {
    void text(request).then((sent) => {
      seen.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body: sent });
      response.writeHead(status, headers).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: 'http://aws.internal',
    connect: () => dialLocal(port),
    seen,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

test('signIdentity: the signature that the SDK makes for the same request; no secret in it', async () => {
  const value = await signIdentity({ credentials, region, nowMs });
  const { url, headers } = decode(value);
  expect(url).toBe('https://sts.us-east-2.amazonaws.com/');
  expect(headers['authorization']).toMatch(
    /Signature=e8ae73874635e700e8a1b2d3c8ff1e0e81f005ccee532262650a7afb601981bd$/,
  );
  expect(JSON.stringify(headers)).not.toContain('"secret"');
});

test('verifyIdentity: forwards the signed request and only that, returns the role', async () => {
  await using server = await sts(200, answered(assumed));
  const { url, headers } = decode(await signIdentity({ credentials, region, endpoint: server.endpoint, nowMs }));
  const value = encode({ url, headers: { ...headers, 'x-evil': '1', host: 'other' }, body: 'Action=DeleteRole' });
  expect(await verifyIdentity(value, server)).toBe(role);
  const [request] = server.seen;
  expect(request).toMatchObject({ method: 'POST', path: '/', body: 'Action=GetCallerIdentity&Version=2011-06-15' });
  expect(request?.headers.host).toBe('aws.internal');
  expect(request?.headers['x-evil']).toBeUndefined();
});

test.each([
  ['another host', 'http://evil.example/', 'not an STS endpoint'],
  ['a host that only looks like one', 'https://sts.us-east-2.amazonaws.com.evil.example/', 'not an STS endpoint'],
  ['another port', 'https://sts.us-east-2.amazonaws.com:8443/', 'not an STS endpoint'],
  ['plain HTTP to AWS', 'http://sts.us-east-2.amazonaws.com/', 'not an STS endpoint'],
  ['another action in the query', 'http://aws.internal/?Action=X', 'not GetCallerIdentity'],
  ['another path', 'http://aws.internal/x', 'not GetCallerIdentity'],
] as const)('verifyIdentity: %s is refused before anything is sent', async (_, url, message) => {
  await using server = await sts(200, answered(assumed));
  await expect(verifyIdentity(encode({ url, headers: {} }), server)).rejects.toThrow(message);
  expect(server.seen).toEqual([]);
});

test.each([
  [
    'a wrong signature',
    403,
    '<Error><Code>SignatureDoesNotMatch</Code><Message>no</Message></Error>',
    'SignatureDoesNotMatch: no',
  ],
  ['a user', 200, answered('arn:aws:iam::123456789012:user/bob'), 'user/bob is not a role'],
  ['a redirect', 302, '', 'STS answered 302'],
] as const)('verifyIdentity: %s is refused', async (_, status, body, message) => {
  await using server = await sts(status, body, status === 302 ? { location: 'http://127.0.0.1/' } : {});
  const value = await signIdentity({ credentials, region, endpoint: server.endpoint, nowMs });
  await expect(verifyIdentity(value, server)).rejects.toThrow(message);
});

test('verifyIdentity: what is no signed request is refused', async () => {
  await using server = await sts(200, answered(assumed));
  for (const value of ['Bearer x', 'aws-iam !!!', encode({})]) {
    await expect(verifyIdentity(value, server)).rejects.toMatchObject({ code: 16 });
  }
});

test.each([
  ['arn:aws:sts::123456789012:assumed-role/a/session', 'arn:aws:iam::123456789012:role/a'],
  ['arn:aws-cn:sts::123456789012:assumed-role/a/session', 'arn:aws-cn:iam::123456789012:role/a'],
  ['arn:aws:iam::123456789012:root', undefined],
  ['arn:aws:sts::123456789012:assumed-role/a', undefined],
])('callerRole: %s is %s', (arn, expected) => expect(callerRole(arn)).toBe(expected));

test('boundTo: by either annotation, paths ignored, several allowed', () => {
  const account = (name: string, annotations: Record<string, string>) => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace: 'ns', annotations },
  });
  const accounts = [
    account('a', { 'ecs.solo.io/role-arn': 'arn:aws:iam::123456789012:role/ecs/ambient/eks-ecs-task-role' }),
    account('b', { 'eks.amazonaws.com/role-arn': role }),
    account('c', { 'ecs.solo.io/role-arn': `${role}-2` }),
  ];
  expect(boundTo(role, accounts).map(({ serviceAccount }) => serviceAccount)).toEqual(['a', 'b']);
  expect(withoutPath('arn:aws:iam::123456789012:role/ecs/ambient/x')).toBe('arn:aws:iam::123456789012:role/x');
});

test('reviewToken: who it is and which pod it is bound to; refusals carry the reason', async () => {
  await using kube = await FakeKube.start();
  using api = kube.api();
  const claims = Buffer.from(JSON.stringify({ 'kubernetes.io': { pod: { name: 'from-claims' } } })).toString(
    'base64url',
  );
  kube.tokens = new Map([
    ['one', 'istio-system/ztunnel'],
    [`h.${claims}.s`, 'istio-system/ztunnel'],
  ]);
  kube.podClaims = new Map([['one', { 'authentication.kubernetes.io/pod-name': ['told'] }]]);
  const identity = { namespace: 'istio-system', serviceAccount: 'ztunnel' };
  expect(await reviewToken(api, 'one', [['istio-ca']])).toEqual({ ...identity, pod: 'told' });
  expect(await reviewToken(api, `h.${claims}.s`, [['istio-ca']])).toEqual({ ...identity, pod: 'from-claims' });
  await expect(reviewToken(api, 'two', [['istio-ca'], []])).rejects.toThrow('invalid bearer token');
});
