import type { Authorization } from '@meshbed/policy/istio';
import { type Ending, ending, nextText, testAuthority, testMaterial } from '@meshbed/hbone/testing';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { echoApplication, MeshWorld, serviceOf, workloadOf } from '../testing/mesh-world.ts';
import type { Service, Workload } from './state/types.ts';

const worlds: MeshWorld[] = [];
afterEach(() => worlds.splice(0).forEach((world) => world[Symbol.dispose]()));

const vip = '240.240.0.1';
const echoService = serviceOf({
  hostname: 'echo.default.svc.cluster.local',
  vips: [{ network: 'net', ip: vip }],
  ports: new Map([[80, 8080]]),
});
const echoServices = new Map([['default/echo.default.svc.cluster.local', new Map([[80, 8080]])]]);

async function meshOfTwo(server: Partial<Workload> = {}, service: Partial<Service> = {}) {
  const world = new MeshWorld();
  worlds.push(world);
  world.state.setService({ ...echoService, ...service });
  const client = await world.join(workloadOf({ name: 'shell', addresses: ['10.0.0.1'] }));
  const echo = await world.join(
    workloadOf({ name: 'echo', addresses: ['10.0.0.2'], services: echoServices, ...server }),
  );
  const application = await echoApplication(echo.network, 8080);
  return { world, client, echo, application };
}

/** What an application sees that sends a line and half-closes. */
async function ask(socket: Socket): Promise<Ending> {
  const end = ending(socket);
  socket.end('hello\n');
  return end;
}

const answered: Ending = { how: 'end', text: 'hello\n' };
const reset: Ending = { how: 'reset', text: '' };

const policy = (name: string, given: Partial<Authorization> = {}): Authorization => ({
  name,
  namespace: 'default',
  scope: 'NAMESPACE',
  action: 'ALLOW',
  rules: [],
  dryRun: false,
  ...given,
});
const from = (serviceAccount: string): Authorization['rules'] => [
  { clauses: [{ matches: [{ principals: [{ exact: `cluster.local/ns/default/sa/${serviceAccount}` }] }] }] },
];

const ids = { shell: 'spiffe://cluster.local/ns/default/sa/shell', echo: 'spiffe://cluster.local/ns/default/sa/echo' };

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
    const world = new MeshWorld();
    worlds.push(world);
    const client = await world.join(workloadOf({ name: 'shell', addresses: ['10.0.0.1'] }));
    const echo = await world.join(workloadOf({ name: 'echo', addresses: ['10.0.0.2'] }), { material: foreign });
    const application = await echoApplication(echo.network, 8080);
    expect(await ask(await client.network.connect('10.0.0.2', 8080))).toEqual(reset);
    expect(application.connections).toBe(0);
    await expect.poll(() => client.access.recent[0]).toMatchObject({ flag: 'TLS_FAILURE' });
  });

  test('a client with a certificate of another authority: is logged at the destination', async () => {
    const world = new MeshWorld();
    worlds.push(world);
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

describe('ztunnel: authorization', () => {
  const rejected = 'connection closed due to policy rejection: ';
  const anyone: Authorization['rules'] = [{ clauses: [] }];
  test.each([
    ['deny-all', [policy('deny-all')], 'allow policies exist, but none allowed', ['default/deny-all']],
    [
      'an ALLOW for others',
      [policy('allow', { rules: from('other') })],
      'allow policies exist, but none allowed',
      ['default/allow'],
    ],
    [
      'a DENY',
      [policy('no', { action: 'DENY', rules: from('shell') })],
      'explicitly denied by: default/no',
      ['default/no'],
    ],
    [
      'a DENY beside an ALLOW',
      [policy('yes', { rules: anyone }), policy('no', { action: 'DENY', rules: anyone })],
      'explicitly denied by: default/no',
      ['default/no'],
    ],
    [
      'an ALLOW by port of the service',
      [policy('p', { rules: [{ clauses: [{ matches: [{ destinationPorts: [80] }] }] }] })],
      'allow policies exist, but none allowed',
      ['default/p'],
    ],
  ])('%s: refused, and the destination records by what', async (_, policies, reason, names) => {
    const { world, client, echo, application } = await meshOfTwo();
    for (const each of policies) world.state.setPolicy(each);
    expect(await ask(await client.network.connect(vip, 80))).toEqual(reset);
    expect(application.connections).toBe(0);
    await expect.poll(() => echo.access.recent.length).toBe(1);
    expect(echo.access.recent[0]).toMatchObject({
      direction: 'inbound',
      flag: 'DENY',
      error: rejected + reason,
      refusal: { reason, policies: names },
      source: { identity: ids.shell },
    });
  });

  test.each([
    ['none', []],
    ['an ALLOW for the caller', [policy('deny-all'), policy('allow', { rules: from('shell') })]],
    [
      'an ALLOW by port of the workload',
      [policy('p', { rules: [{ clauses: [{ matches: [{ destinationPorts: [8080] }] }] }] })],
    ],
    ['one of another namespace', [policy('deny-all', { namespace: 'other' })]],
    ['one that selects others', [policy('deny-all', { scope: 'WORKLOAD_SELECTOR' })]],
    ['one at the caller', [policy('deny-all', { scope: 'WORKLOAD_SELECTOR' })]],
    ['a dry run', [policy('deny', { action: 'DENY', rules: anyone, dryRun: true })]],
  ])('%s: allowed', async (_, policies) => {
    const { world, client } = await meshOfTwo();
    for (const each of policies) world.state.setPolicy(each);
    expect(await ask(await client.network.connect(vip, 80))).toEqual(answered);
  });

  test('plain text: is refused where only identities are allowed', async () => {
    const { world, echo, application } = await meshOfTwo();
    world.state.setPolicy(
      policy('strict', {
        action: 'DENY',
        rules: [{ clauses: [{ matches: [{ notPrincipals: [{ presence: true }] }] }] }],
      }),
    );
    const socket = await world.network.workload('10.9.9.9').connect('10.0.0.2', 8080);
    expect((await ask(socket)).how).not.toBe('answered');
    expect(application.connections).toBe(0);
    await expect.poll(() => echo.access.recent[0]?.refusal?.policies).toEqual(['default/strict']);
  });

  test('a change of policy: cuts what it no longer allows, and nothing else', async () => {
    const { world, client, echo } = await meshOfTwo();
    const other = await world.join(workloadOf({ name: 'other', addresses: ['10.0.0.3'] }));
    const open = async (from: typeof client) => {
      const socket = await from.network.connect(vip, 80);
      socket.write('x');
      await nextText(socket);
      return socket;
    };
    const [cut, kept] = [await open(client), await open(other)];
    const end = ending(cut);
    world.state.setPolicy(policy('no', { action: 'DENY', rules: from('shell') }));
    world.state.policiesSettled();
    expect(await end).toEqual({ how: 'end', text: '' });
    await expect
      .poll(() => echo.access.recent[0])
      .toMatchObject({ error: 'connection closed due to policy change', flag: 'DENY' });
    expect(
      echo.lines.some((line) => line.includes("closed because it's no longer allowed after a policy update")),
    ).toBe(true);
    kept.write('still');
    expect(await nextText(kept)).toBe('still');
    kept.destroy();
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
    await gone.promise;
  });
});
