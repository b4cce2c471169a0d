import { X509Certificate } from 'node:crypto';
import { systemClock, virtualClock } from '@meshbed/core';
import { createKeyPair, createRequest } from '@meshbed/x509';
import { expect, test } from 'vitest';
import { Channel, Code } from '../grpc/index.ts';
import { IstioCertificateService } from '../proto/gen/istio/certificate_pb.ts';
import { testControlPlane } from '../testing/control-plane.ts';
import { requestCertificate, RotatingCertificate, type WorkloadCertificate } from './index.ts';

const real = 'spiffe://cluster.local/ns/shop/sa/real';
const metadata = { authorization: `Bearer good:${real}` };
const credentials = { metadata: async () => metadata };
const { createCertificate } = IstioCertificateService.method;

test('certificate service: the caller decides the name, whatever the request says', async () => {
  await using plane = await testControlPlane();
  const certificate = await requestCertificate({
    ...plane.transport,
    ...credentials,
    spiffe: 'spiffe://cluster.local/ns/x/sa/evil',
  });
  expect(certificate.spiffe).toBe(real);
  expect(new X509Certificate(certificate.certChainPem).subjectAltName).toBe(`URI:${real}`);
});

test('certificate service: leaf, intermediates one per element, root last', async () => {
  await using plane = await testControlPlane();
  using channel = await Channel.connect(plane.transport);
  const csr = createRequest(createKeyPair(), { uris: [real] });
  const { certChain } = await channel.unary(createCertificate, { csr }, { metadata });
  expect(certChain).toHaveLength(3);
  const [leaf, signing, root] = certChain.map((pem) => new X509Certificate(pem));
  expect(leaf?.verify(signing?.publicKey as never) && signing?.verify(root?.publicKey as never)).toBe(true);
  expect(root?.fingerprint256).toBe(new X509Certificate(plane.root.rootPem).fingerprint256);
});

const csr = createRequest(createKeyPair(), { uris: [real] });
test.each([
  ['no credentials', { csr }, {}, Code.unauthenticated],
  ['a bad token', { csr }, { authorization: 'Bearer bad' }, Code.unauthenticated],
  ['no request', { csr: 'x' }, metadata, Code.invalidArgument],
  [
    'a request with a changed byte',
    { csr: csr.replace(/(?<=\n.{40})./, (letter) => (letter === 'A' ? 'B' : 'A')) },
    metadata,
    Code.invalidArgument,
  ],
  ['more than 90 days', { csr, validityDuration: 7_776_001n }, metadata, Code.invalidArgument],
] as const)('certificate service: %s is refused', async (_, request, headers, code) => {
  await using plane = await testControlPlane();
  using channel = await Channel.connect(plane.transport);
  await expect(channel.unary(createCertificate, request, { metadata: headers })).rejects.toMatchObject({ code });
});

test('certificate service: without a lifetime a leaf lives a day', async () => {
  await using plane = await testControlPlane();
  const { notAfterMs } = await requestCertificate({ ...plane.transport, ...credentials, spiffe: real, ttlSeconds: 0 });
  expect(Math.abs(notAfterMs - systemClock.now() - 864e5)).toBeLessThan(60_000);
});

test('certificate request: a shared ztunnel refuses an identity that it did not ask for', async () => {
  await using plane = await testControlPlane();
  const spiffe = 'spiffe://cluster.local/ns/shop/sa/other';
  await expect(requestCertificate({ ...plane.transport, ...credentials, spiffe, impersonate: true })).rejects.toThrow(
    `certified ${real} instead of ${spiffe}`,
  );
});

test('rotation: renews at half of the life, keeps the old one through an outage, shares concurrent requests', async () => {
  const clock = virtualClock(0);
  let down = false;
  let requests = 0;
  const request = async (): Promise<WorkloadCertificate> => {
    requests++;
    if (down) throw new Error('authority down');
    const notBeforeMs = clock.now();
    const pems = { certChainPem: '', privateKeyPem: '', rootsPem: '', spiffe: real, serialNumber: '1' };
    return { ...pems, notBeforeMs, notAfterMs: notBeforeMs + 3_600_000 };
  };
  const failures: number[] = [];
  using rotating = new RotatingCertificate({ clock, request, onFailure: (_, retryInMs) => failures.push(retryInMs) });
  const [first, second] = await Promise.all([rotating.get(), rotating.get()]);
  expect([first.generation, second.generation, requests]).toEqual([1, 1, 1]);
  await clock.advance(1_799_999);
  expect(rotating.current?.generation).toBe(1);
  await clock.advance(1);
  expect(rotating.current?.generation).toBe(2);
  down = true;
  await clock.advance(1_800_000 + 3500);
  expect(failures).toEqual([500, 1000, 2000, 4000]);
  expect(rotating.current?.generation).toBe(2);
  down = false;
  await clock.advance(4000);
  expect(rotating.current?.generation).toBe(3);
});
