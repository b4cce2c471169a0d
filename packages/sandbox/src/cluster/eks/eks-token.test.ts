import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { virtualClock } from '@meshbed/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rememberedSigners, signerOf } from './eks-token.ts';

const asked: { host: string | undefined; cluster: unknown }[] = [];
/** Stands for STS: takes what is signed with the key AKIAGOOD. */
const sts = createServer((request, response) => {
  asked.push({ host: request.headers.host, cluster: request.headers['x-k8s-aws-id'] });
  response.writeHead(request.url?.includes('AKIAGOOD') ? 200 : 403).end();
});

beforeAll(() => once(sts.listen(0, '127.0.0.1'), 'listening'));
afterAll(() => void sts.close());

function token(change: Record<string, string> = {}, host = 'sts.us-east-2.amazonaws.com'): string {
  const query = new URLSearchParams({
    Action: 'GetCallerIdentity',
    Version: '2011-06-15',
    'X-Amz-Credential': 'AKIAGOOD/20260101/us-east-2/sts/aws4_request',
    'X-Amz-SignedHeaders': 'host;x-k8s-aws-id',
    ...change,
  });
  return `k8s-aws-v1.${Buffer.from(`https://${host}/?${query.toString()}`).toString('base64url')}`;
}

test.each([
  ['a token that STS accepts gives its access key', token(), 'AKIAGOOD'],
  [
    'one that STS refuses gives nothing',
    token({ 'X-Amz-Credential': 'AKIABAD/20260101/us-east-2/sts/aws4_request' }),
    undefined,
  ],
  ['one that is not bound to a cluster gives nothing', token({ 'X-Amz-SignedHeaders': 'host' }), undefined],
  ['another call than GetCallerIdentity gives nothing', token({ Action: 'AssumeRole' }), undefined],
  ['one with more at its end gives nothing', `${token()}x`, undefined],
  ['no token at all gives nothing', 'hello', undefined],
  ['rubbish behind the prefix gives nothing', 'k8s-aws-v1.%%%', undefined],
])('EKS token: %s', async (_, text, expected) => {
  const url = `http://127.0.0.1:${(sts.address() as AddressInfo).port}`;
  expect(await signerOf(text, 'demo', url)).toBe(expected);
});

test('EKS token: the host it names is not contacted, but is part of what STS verifies', async () => {
  const url = `http://127.0.0.1:${(sts.address() as AddressInfo).port}`;
  await signerOf(token({}, 'evil.example'), 'demo', url);
  expect(asked.at(-1)).toEqual({ host: 'evil.example', cluster: 'demo' });
});

test('EKS token: a good one is believed for two minutes, a bad one is asked for again', async () => {
  const clock = virtualClock();
  const looked: string[] = [];
  const signers = rememberedSigners(clock, async (text) => {
    looked.push(text);
    return text === 'good' ? 'AKIA1' : undefined;
  });
  const ask = async (text: string) => [await signers(text), looked.length];
  expect(await ask('good')).toEqual(['AKIA1', 1]);
  expect(await ask('good')).toEqual(['AKIA1', 1]);
  expect(await ask('bad')).toEqual([undefined, 2]);
  expect(await ask('bad')).toEqual([undefined, 3]);
  await clock.advance(120_000);
  expect(await ask('good')).toEqual(['AKIA1', 4]);
});
