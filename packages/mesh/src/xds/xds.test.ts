import type { MessageInitShape } from '@bufbuild/protobuf';
import { expect, test, vi } from 'vitest';
import { Channel } from '../grpc/index.ts';
import { AggregatedDiscoveryService } from '../proto/gen/envoy/discovery_pb.ts';
import { type Authorization, AuthorizationSchema } from '../proto/gen/istio/authorization_pb.ts';
import { type Address, AddressSchema, TunnelProtocol } from '../proto/gen/istio/workload_pb.ts';
import { type TestControlPlane, testControlPlane } from '../testing/control-plane.ts';
import { typeUrlOf, watch, XdsClient } from './index.ts';

const metadata = { authorization: 'Bearer good:spiffe://cluster.local/ns/istio-system/sa/ztunnel' };
const uid = (index: number) => `Kubernetes//Pod/shop/w-${index}`;
const workload = (index: number, change: { status?: 0 | 1; tunnelProtocol?: TunnelProtocol } = {}) =>
  ({
    type: {
      case: 'workload',
      value: { uid: uid(index), name: `w-${index}`, tunnelProtocol: TunnelProtocol.HBONE, ...change },
    },
  }) satisfies MessageInitShape<typeof AddressSchema>;

interface Client extends Disposable {
  client: XdsClient;
  addresses: Map<string, Address>;
  authorizations: Map<string, Authorization>;
  /** One entry per response: the type and how many resources were applied or removed. */
  log: string[];
}

function ztunnel(plane: TestControlPlane): Client {
  const addresses = new Map<string, Address>();
  const authorizations = new Map<string, Authorization>();
  const log: string[] = [];
  const stop = new AbortController();
  const client = new XdsClient({
    ...plane.transport,
    node: {
      id: 'ztunnel~10.0.0.1~z.istio-system~istio-system.svc.cluster.local',
      metadata: { NAMESPACE: 'istio-system' },
    },
    metadata: async () => metadata,
    watches: [
      watch({
        schema: AddressSchema,
        apply(name, message) {
          const { type } = message;
          if (type.case === 'workload' && type.value.tunnelProtocol === TunnelProtocol.LEGACY_ISTIO_MTLS) {
            throw new Error('unsupported tunnel protocol');
          }
          addresses.set(name, message);
          log.push(`+${name}`);
        },
        remove(name) {
          addresses.delete(name);
          log.push(`-${name}`);
        },
        settled: () => log.push('address'),
      }),
      watch({
        schema: AuthorizationSchema,
        apply: (name, message) => void authorizations.set(name, message),
        remove: (name) => void authorizations.delete(name),
        settled: () => log.push('authorization'),
      }),
    ],
  });
  void client.run(stop.signal);
  return { client, addresses, authorizations, log, [Symbol.dispose]: () => stop.abort() };
}

const url = typeUrlOf(AddressSchema);
const delta = AggregatedDiscoveryService.method.deltaAggregatedResources;

test('xds: both types are answered even when empty, which makes the client ready', async () => {
  await using plane = await testControlPlane();
  using zt = ztunnel(plane);
  await zt.client.ready;
  expect(zt.log.toSorted()).toEqual(['address', 'authorization']);
});

test('xds: Authorization is pushed before Address', async () => {
  await using plane = await testControlPlane();
  using zt = ztunnel(plane);
  await zt.client.ready;
  zt.log.length = 0;
  plane.addresses.set(uid(1), workload(1));
  plane.authorizations.set('shop/p', { name: 'p', namespace: 'shop' });
  await vi.waitFor(() => expect(zt.log).toEqual(['authorization', `+${uid(1)}`, 'address']));
});

test('xds: changes of one quiet period come in one response, equal content in none', async () => {
  await using plane = await testControlPlane();
  using zt = ztunnel(plane);
  for (let index = 0; index < 5; index++) plane.addresses.set(uid(index), workload(index));
  await vi.waitFor(() => expect(zt.addresses.size).toBe(5));
  zt.log.length = 0;
  plane.addresses.set(uid(0), workload(0, { status: 1 }));
  plane.addresses.set(uid(0), workload(0, { status: 0 }));
  plane.addresses.set(uid(1), workload(1));
  plane.addresses.delete(uid(2));
  plane.addresses.set(uid(3), workload(3, { status: 1 }));
  await vi.waitFor(() => expect(zt.addresses.size).toBe(4));
  expect(zt.log.filter((entry) => entry === 'address')).toHaveLength(1);
  expect(zt.log).toContain(`+${uid(3)}`);
  expect(zt.log).not.toContain(`+${uid(1)}`);
});

test('xds: a refused resource does not keep the others from being applied, but the client from being ready', async () => {
  await using plane = await testControlPlane();
  plane.addresses.set(uid(1), workload(1));
  plane.addresses.set(uid(2), workload(2, { tunnelProtocol: TunnelProtocol.LEGACY_ISTIO_MTLS }));
  using zt = ztunnel(plane);
  let isReady = false;
  void zt.client.ready.then(() => (isReady = true));
  const refused = () => [...plane.xds.connections][0]?.subscriptions.get(url)?.lastError;
  await vi.waitFor(() => expect(refused()).toMatch(/w-2: unsupported/));
  expect([...zt.addresses.keys()]).toEqual([uid(1)]);
  expect(isReady).toBe(false);
  plane.addresses.set(uid(2), workload(2));
  await zt.client.ready;
  await vi.waitFor(() => expect(refused()).toBeUndefined());
});

test('xds: after a restart only differences come, removals included; state is kept in between', async () => {
  await using plane = await testControlPlane();
  for (let index = 0; index < 20; index++) plane.addresses.set(uid(index), workload(index));
  using zt = ztunnel(plane);
  await vi.waitFor(() => expect(zt.addresses.size).toBe(20));
  await plane.stop();
  expect(zt.addresses.size).toBe(20);
  zt.log.length = 0;
  plane.addresses.set(uid(3), workload(3, { status: 1 }));
  plane.addresses.delete(uid(4));
  plane.addresses.set(uid(20), workload(20));
  await plane.start();
  await vi.waitFor(() => expect(zt.addresses.has(uid(20))).toBe(true));
  const changes = zt.log.filter((entry) => /^[+-]/.test(entry));
  expect(changes.toSorted()).toEqual([`+${uid(20)}`, `+${uid(3)}`, `-${uid(4)}`]);
});

test('xds: subscribing to nothing gets nothing; names asked for are answered, also when they do not exist', async () => {
  await using plane = await testControlPlane();
  for (let index = 0; index < 3; index++) plane.addresses.set(uid(index), workload(index));
  using channel = await Channel.connect(plane.transport);
  const call = channel.bidi(delta, { metadata });
  const responses = call.responses[Symbol.asyncIterator]();
  const next = async () => {
    const { value } = await responses.next();
    return [value?.resources.map(({ name }: { name: string }) => name), value?.removedResources];
  };
  await call.send({ node: { id: 'x' }, typeUrl: url, resourceNamesSubscribe: ['*'], resourceNamesUnsubscribe: ['*'] });
  expect(await next()).toEqual([[], []]);
  await call.send({ typeUrl: url, resourceNamesSubscribe: [uid(1), 'net/9.9.9.9'] });
  expect(await next()).toEqual([[uid(1)], ['net/9.9.9.9']]);
  plane.addresses.set(uid(2), workload(2, { status: 1 }));
  plane.addresses.set(uid(1), workload(1, { status: 1 }));
  expect(await next()).toEqual([[uid(1)], []]);
});

test('xds: a peer that does not read costs names, not pushes', async () => {
  await using plane = await testControlPlane();
  const long = 'x'.repeat(2000);
  const fill = (round: number) => {
    for (let index = 0; index < 1000; index++)
      plane.addresses.set(uid(index), {
        type: { case: 'workload', value: { uid: uid(index), name: `${long}${round}` } },
      });
  };
  fill(0);
  using channel = await Channel.connect(plane.transport);
  const call = channel.bidi(delta, { metadata });
  await call.send({ node: { id: 'slow' }, typeUrl: url });
  const connection = () => [...plane.xds.connections][0];
  await vi.waitFor(() => expect(connection()?.subscriptions.get(url)?.nonce).not.toBe(undefined));
  const nonces = new Set<string | undefined>();
  for (let round = 1; round <= 20; round++) {
    const before = plane.addresses.resources.get(uid(0))?.version;
    fill(round);
    expect(plane.addresses.resources.get(uid(0))?.version).not.toBe(before);
    await new Promise((resolve) => setImmediate(resolve));
    nonces.add(connection()?.subscriptions.get(url)?.nonce);
  }
  expect(nonces.size).toBeLessThan(10);
  let last: string | undefined;
  for await (const response of call.responses) {
    last = response.resources.find(({ name }) => name === uid(999))?.version ?? last;
    if (last === plane.addresses.resources.get(uid(999))?.version) break;
  }
  expect(last).toBe(plane.addresses.resources.get(uid(999))?.version);
});

test('xds: a stream without a valid token is refused before anything is sent', async () => {
  await using plane = await testControlPlane();
  using channel = await Channel.connect(plane.transport);
  const call = channel.bidi(delta);
  await call.send({ node: { id: 'x' }, typeUrl: url });
  const read = call.responses[Symbol.asyncIterator]().next();
  await expect(read).rejects.toMatchObject({ code: 16 });
  expect(plane.xds.connections.size).toBe(0);
});
