import { systemClock } from '@meshbed/core';
import { Authority } from '@meshbed/x509';
import { expect, test, vi } from 'vitest';
import { AggregatedDiscoveryService } from '../proto/gen/envoy/discovery_pb.ts';
import { IstioCertificateService } from '../proto/gen/istio/certificate_pb.ts';
import { testControlPlane } from '../testing/control-plane.ts';
import { loopback } from '../testing/loopback.ts';
import { Channel, type ClientCall, Code, GrpcError } from './index.ts';

const { deltaAggregatedResources: delta } = AggregatedDiscoveryService.method;
const { createCertificate } = IstioCertificateService.method;
const metadata = { authorization: 'Bearer good:spiffe://cluster.local/ns/a/sa/b' };
const typeUrl = 'type.googleapis.com/istio.workload.Address';

async function drain(call: ClientCall<never, never>): Promise<void> {
  for await (const _ of call.responses);
}
const code = (value: number) => expect.objectContaining({ name: 'GrpcError', code: value });

test('channel: why a connection fails is in the message of UNAVAILABLE', async () => {
  await using plane = await testControlPlane();
  const other = new Authority({ commonName: 'other', nowMs: systemClock.now() });
  await using silent = await loopback((socket) => socket.destroy());
  const cases = [
    [{ dial: () => Promise.reject(new Error('connect ECONNREFUSED')) }, /dial: connect ECONNREFUSED/],
    [{ servername: 'other.example' }, /altnames/],
    [{ ca: other.rootPem }, /self-signed certificate|unable to/],
    [{ dial: silent.dial }, /tls: /],
  ] as const;
  for (const [change, message] of cases) {
    const error = await Channel.connect({ ...plane.transport, ...change }).catch((caught: unknown) => caught);
    expect(error).toEqual(code(Code.unavailable));
    expect((error as Error).message).toMatch(message);
  }
});

test('call: deadline, cancellation and an unknown method end with their codes', async () => {
  await using plane = await testControlPlane();
  using channel = await Channel.connect(plane.transport);
  const cancelled = AbortSignal.abort();
  await expect(drain(channel.bidi(delta, { metadata, timeoutMs: 20 }) as never)).rejects.toEqual(
    code(Code.deadlineExceeded),
  );
  await expect(drain(channel.bidi(delta, { metadata, signal: cancelled }) as never)).rejects.toEqual(
    code(Code.cancelled),
  );
  const unknown = { ...createCertificate, name: 'Nope' };
  await expect(channel.unary(unknown, {})).rejects.toEqual(code(Code.unimplemented));
  await vi.waitFor(() => expect(plane.xds.connections.size).toBe(0));
});

test('call: a refusal carries its code and non-ASCII message', async () => {
  await using plane = await testControlPlane();
  using channel = await Channel.connect(plane.transport);
  const error = (await channel.unary(createCertificate, {}).catch((caught: unknown) => caught)) as GrpcError;
  expect([error.code, error.message]).toEqual([Code.unauthenticated, 'no valid token — größer']);
});

test('call: a cut socket is UNAVAILABLE for the reader, and the server forgets the stream', async () => {
  await using plane = await testControlPlane();
  using channel = await Channel.connect(plane.transport);
  const call = channel.bidi(delta, { metadata });
  await call.send({ node: { id: 'x' }, typeUrl });
  const responses = call.responses[Symbol.asyncIterator]();
  await responses.next();
  const next = responses.next();
  for (const socket of plane.loopback().accepted) socket.resetAndDestroy();
  await expect(next).rejects.toEqual(code(Code.unavailable));
  expect(() => channel.bidi(delta)).toThrow('transport is closing');
  await vi.waitFor(() => expect(plane.xds.connections.size).toBe(0));
});

test('channel: a silent network is noticed by keepalive', async () => {
  await using plane = await testControlPlane();
  let frozen = false;
  await using relay = await loopback((near) => {
    void plane.transport.dial().then((far) => {
      near.on('data', (bytes) => frozen || far.write(bytes)).on('close', () => far.destroy());
      far.on('data', (bytes) => frozen || near.write(bytes));
    });
  });
  const keepalive = { intervalMs: 10, timeoutMs: 30 };
  using channel = await Channel.connect({ ...plane.transport, dial: relay.dial, keepalive });
  const call = channel.bidi(delta, { metadata });
  await call.send({ node: { id: 'x' }, typeUrl });
  const responses = call.responses[Symbol.asyncIterator]();
  await responses.next();
  frozen = true;
  await expect(responses.next()).rejects.toEqual(code(Code.unavailable));
});

test('server: after a renewal new connections see the new certificate, running ones go on', async () => {
  await using plane = await testControlPlane();
  using before = await Channel.connect(plane.transport);
  plane.renew('other.example');
  await expect(Channel.connect(plane.transport)).rejects.toThrow('altnames');
  using after = await Channel.connect({ ...plane.transport, servername: 'other.example' });
  for (const channel of [before, after]) {
    await expect(channel.unary(createCertificate, {})).rejects.toEqual(code(Code.unauthenticated));
  }
});
