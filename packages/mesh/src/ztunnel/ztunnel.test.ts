import { ending, testAuthority, testMaterial } from '@meshbed/hbone/testing';
import { describe, expect, test } from 'vitest';
import { echoApplication, type MeshWorld, workloadOf } from '../testing/mesh-world.ts';
import {
  answered,
  ask,
  echoServices,
  ids,
  meshOfTwo,
  meshWorld,
  policy,
  reset,
  vip,
} from '../testing/two-workloads.ts';

describe('ztunnel: ways to a workload', () => {
  test.each([
    ['its service', vip, 80, 'echo.default.svc.cluster.local'],
    ['its address', '10.0.0.2', 8080, undefined],
    ['its short name', 'echo', 80, 'echo.default.svc.cluster.local'],
    ['its full name', 'echo.default.svc.cluster.local', 80, 'echo.default.svc.cluster.local'],
  ])('by %s: through HBONE, with both identities in both logs', async (_, host, port, service) => {
    const { client, echo, application } = await meshOfTwo();
    expect(await ask(await client.network.connect(host, port))).toEqual(answered);
    expect(application.connections).toBe(1);
    await expect.poll(() => [client.access.recent.length, echo.access.recent.length]).toEqual([1, 1]);
    const common = { flag: '-', bytesSent: 6, bytesReceived: 6 };
    const hop = { address: '10.0.0.2:15008', hboneAddress: '10.0.0.2:8080', workload: 'echo', identity: ids.echo };
    expect(client.access.recent[0]).toMatchObject({
      ...common,
      direction: 'outbound',
      source: { workload: 'shell', identity: ids.shell },
      destination: { ...hop, ...(service && { service }) },
    });
    expect(echo.access.recent[0]).toMatchObject({
      ...common,
      direction: 'inbound',
      source: { address: '10.0.0.1:40000', workload: 'shell', identity: ids.shell },
      destination: hop,
    });
  });

  test('a workload outside the mesh: plain TCP, no identity', async () => {
    const { client, application } = await meshOfTwo({ protocol: 'TCP' });
    expect(await ask(await client.network.connect(vip, 80))).toEqual(answered);
    expect(application.connections).toBe(1);
    await expect.poll(() => client.access.recent[0]).toMatchObject({ destination: { address: '10.0.0.2:8080' } });
    expect(client.access.recent[0]?.destination.identity).toBeUndefined();
  });

  test('an address that nobody in the mesh has: passes through', async () => {
    const { world, client } = await meshOfTwo();
    await echoApplication(world.network.workload('10.9.9.9'), 443);
    expect(await ask(await client.network.connect('10.9.9.9', 443))).toEqual(answered);
  });

  test('a plain connection into the mesh: arrives, without identity', async () => {
    const { world, echo } = await meshOfTwo();
    expect(await ask(await world.network.workload('10.9.9.9').connect('10.0.0.2', 8080))).toEqual(answered);
    await expect
      .poll(() => echo.access.recent[0])
      .toMatchObject({ direction: 'inbound', source: { address: '10.9.9.9:40000' } });
    expect(echo.access.recent[0]?.source.identity).toBeUndefined();
  });

  test('a name that nobody knows: ENOTFOUND', async () => {
    const { client } = await meshOfTwo();
    await expect(client.network.connect('nowhere', 80)).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });
});

describe('ztunnel: refusals look alike to the application and say why in the log', () => {
  const foreign = testMaterial(testAuthority('foreign'), { uris: [ids.echo] });
  const cases: [
    string,
    Parameters<typeof meshOfTwo>,
    { to?: [string, number]; prepare?: (w: MeshWorld) => void },
    RegExp,
  ][] = [
    ['policy', [], { prepare: (w) => w.state.setPolicy(policy('deny-all')) }, /^http status: 401 Unauthorized$/],
    ['nobody listens', [], { to: ['10.0.0.2', 9999] }, /^http status: 503 Service Unavailable$/],
    ['an own port of ztunnel', [], { to: ['10.0.0.2', 15006] }, /^http status: 503/],
    [
      'another identity than istiod announced',
      [{ serviceAccount: 'echo' }],
      {
        prepare: (w) =>
          w.state.setWorkload(
            workloadOf({ name: 'echo', addresses: ['10.0.0.2'], services: echoServices, serviceAccount: 'other' }),
          ),
      },
      /did not present the expected SAN \(.*sa\/other\), got \(.*sa\/echo\)/,
    ],
    ['an unknown port of the service', [], { to: [vip, 81] }, /^no healthy upstream: 240\.240\.0\.1:81$/],
    ['no healthy endpoint', [{ status: 'Unhealthy' }], {}, /^no healthy upstream/],
    [
      'a waypoint',
      [
        {},
        { waypoint: { destination: { kind: 'hostname', namespace: 'default', hostname: 'wp' }, hboneMtlsPort: 15008 } },
      ],
      {},
      /waypoints are not supported/,
    ],
    [
      'port 15008 dropped by the network',
      [],
      { prepare: (w) => w.network.dropped.add('10.0.0.2:15008') },
      /^connection timed out, maybe a NetworkPolicy is blocking HBONE port 15008: connect ETIMEDOUT 10.0.0.2:15008/,
    ],
    [
      'another network without gateway',
      [
        {
          network: 'far',
          networkGateway: { destination: { kind: 'hostname', namespace: 'x', hostname: 'gw' }, hboneMtlsPort: 15008 },
        },
      ],
      {},
      /^unknown network gateway: network gateway x\/gw not found/,
    ],
  ];
  test.each(cases)('%s: a reset', async (_, world, { to = [vip, 80], prepare }, error) => {
    const { world: mesh, client, application } = await meshOfTwo(...world);
    prepare?.(mesh);
    expect(await ask(await client.network.connect(...to))).toEqual(reset);
    expect(application.connections).toBe(0);
    await expect.poll(() => client.access.recent[0]?.error).toMatch(error);
    expect(client.access.recent).toHaveLength(1);
  });

  test('a server with a certificate of another authority: no connection', async () => {
    const world = meshWorld();
    const client = await world.join(workloadOf({ name: 'shell', addresses: ['10.0.0.1'] }));
    const echo = await world.join(workloadOf({ name: 'echo', addresses: ['10.0.0.2'] }), { material: foreign });
    const application = await echoApplication(echo.network, 8080);
    expect(await ask(await client.network.connect('10.0.0.2', 8080))).toEqual(reset);
    expect(application.connections).toBe(0);
    await expect.poll(() => client.access.recent[0]).toMatchObject({ flag: 'TLS_FAILURE' });
  });

  test('a client with a certificate of another authority: is logged at the destination', async () => {
    const world = meshWorld();
    const material = testMaterial(testAuthority('foreign'), { uris: [ids.shell], rootsPem: world.root.rootPem });
    const client = await world.join(workloadOf({ name: 'shell', addresses: ['10.0.0.1'] }), { material });
    const echo = await world.join(workloadOf({ name: 'echo', addresses: ['10.0.0.2'] }));
    const application = await echoApplication(echo.network, 8080);
    expect(await ask(await client.network.connect('10.0.0.2', 8080))).toEqual(reset);
    expect(application.connections).toBe(0);
    expect(echo.lines.join('\n')).toMatch(
      /warn\taccess\tconnection failed\tsrc\.addr=10\.0\.0\.1:40000 dst\.addr=10\.0\.0\.2:15008 direction="inbound" error="tls handshake error: client certificate: /,
    );
  });

  test('a hidden port: an application that listens only inside is not reachable through the mesh', async () => {
    const { client, echo } = await meshOfTwo();
    let connections = 0;
    await echo.network.listen(15000, () => connections++, { loopback: true });
    expect(await ask(await client.network.connect('10.0.0.2', 15000))).toEqual(reset);
    expect(connections).toBe(0);
  });
});

describe('ztunnel: bytes', () => {
  test('half-close: the request ends, the answer still comes', async () => {
    const { client, echo } = await meshOfTwo();
    await echo.network.listen(9090, (socket) => {
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString()));
      socket.once('end', () => setImmediate(() => socket.end(text.toUpperCase())));
    });
    const socket = await client.network.connect('10.0.0.2', 9090);
    const end = ending(socket);
    socket.end('quiet');
    expect(await end).toEqual({ how: 'end', text: 'QUIET' });
  });

  test('an application that resets: the caller sees the end, as ztunnel makes of it', async () => {
    const { client, echo } = await meshOfTwo();
    await echo.network.listen(9090, (socket) => socket.once('data', () => socket.resetAndDestroy()));
    const socket = await client.network.connect('10.0.0.2', 9090);
    const end = ending(socket);
    socket.write('x');
    expect(await end).toEqual({ how: 'end', text: '' });
    await expect.poll(() => echo.access.recent[0]).toMatchObject({ flag: '-' });
  });

  test('a caller that goes away: frees the application', async () => {
    const { client, echo } = await meshOfTwo();
    const gone = Promise.withResolvers<void>();
    await echo.network.listen(9090, (socket) => {
      socket.on('error', () => {});
      socket.once('close', () => gone.resolve());
      socket.resume();
      socket.once('end', () => socket.end());
    });
    const socket = await client.network.connect('10.0.0.2', 9090);
    socket.write('x');
    socket.destroy();
    await expect(gone.promise).resolves.toBeUndefined();
  });
});
