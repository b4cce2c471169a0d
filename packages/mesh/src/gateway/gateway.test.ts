import { testAuthority, testMaterial, testTime } from '@meshbed/hbone/testing';
import { Authority } from '@meshbed/x509';
import { describe, expect, test } from 'vitest';
import { echoApplication, MeshWorld, serviceOf, workloadOf } from '../testing/mesh-world.ts';
import { answered, ask, meshWorld, policy, reset } from '../testing/two-workloads.ts';
import { AccessLog } from '../ztunnel/access-log/index.ts';
import { TrafficMetrics } from '../ztunnel/metrics/index.ts';
import { identityOf, type Service, type Workload } from '../ztunnel/state/types.ts';
import { CrossNetwork } from './cross-network.ts';
import { serveTunnels } from './tunnels.ts';

const hostname = 'echo.app-a.svc.cluster.local';
const key = `app-a/${hostname}`;
const ports = new Map([[80, 8080]]);
const echo = workloadOf({
  name: 'echo',
  namespace: 'app-a',
  addresses: ['10.0.9.2'],
  network: 'far',
  services: new Map([[key, ports]]),
});
const gateway = workloadOf({
  name: 'gateway',
  namespace: 'istio-eastwest',
  addresses: ['10.0.9.1'],
  network: 'far',
  protocol: 'TCP',
});

interface Changes {
  /** As the near cluster knows the service. */
  service?: Partial<Service>;
  /** The far endpoints, as the near cluster knows them. */
  coalesced?: Partial<Workload>;
  /** As the gateway is known in the near cluster. */
  gateway?: Partial<Workload>;
  echo?: Partial<Workload>;
  /** What the far cluster signs with, in place of the mesh's root. */
  farAuthority?: (root: Authority) => Authority;
}

/** A shell in network `near`, an echo in network `far`, and a gateway before it: two clusters with one root. */
async function twoNetworks(changes: Changes = {}) {
  const near = meshWorld();
  const far = meshWorld({ beside: near });
  const shell = await near.join(workloadOf({ name: 'shell', addresses: ['10.0.0.1'], network: 'near' }));
  const vips = [{ network: 'near', ip: '240.240.0.9' }];
  const service = serviceOf({ hostname, namespace: 'app-a', ports, vips, subjectAltNames: [identityOf(echo)] });
  near.state.setService({ ...service, ...changes.service });
  near.state.setWorkload({ ...gateway, uid: 'NetworkGateway/far/10.0.9.1/15008', ...changes.gateway });
  const networkGateway: Workload['networkGateway'] = {
    destination: { kind: 'address', address: { network: 'far', ip: '10.0.9.1' } },
    hboneMtlsPort: 15008,
  };
  near.state.setWorkload({
    ...echo,
    uid: 'far/SplitHorizonWorkload',
    addresses: [],
    networkGateway,
    ...changes.coalesced,
  });

  far.state.setService({ ...service, vips: [{ network: 'far', ip: '10.100.0.1' }] });
  const authority = changes.farAuthority?.(far.root) ?? far.root;
  const destination = { ...echo, ...changes.echo };
  const member = await far.join(destination, {
    material: testMaterial(authority, { uris: [identityOf(destination)] }),
  });
  const application = await echoApplication(member.network, 8080);
  const lines: string[] = [];
  const access = new AccessLog({ clock: far.clock, print: (line) => lines.push(line), metrics: new TrafficMetrics() });
  const context = { network: far.network.workload('10.0.9.1'), clock: far.clock };
  const crossing = new CrossNetwork({
    context,
    state: far.state,
    access,
    networkName: 'far',
    identity: identityOf(gateway),
  });
  const trustDomain = destination.trustDomain;
  const material = testMaterial(authority, { uris: [identityOf({ ...gateway, trustDomain })] });
  await serveTunnels(context, crossing, async () => material);
  return { near, far, shell, echo: member, application, gateway: access };
}

/** Valid in all but its time. */
const expiredIntermediate = (root: Authority) =>
  new Authority({ commonName: 'intermediate', nowMs: testTime - 2 * 86_400_000, validDays: 1 }, root);

test('intermediates: two clusters below one root trust each other', async () => {
  const world = await twoNetworks({ farAuthority: (root) => testAuthority('far intermediate', root) });
  expect(await connect(world)).toEqual(answered);
});

const connect = async ({ shell }: { shell: Awaited<ReturnType<MeshWorld['join']>> }) =>
  ask(await shell.network.connect('240.240.0.9', 80));

describe('double HBONE through the east-west gateway', () => {
  test('another network: the destination sees who called, from the address of the gateway', async () => {
    const world = await twoNetworks();
    expect(await connect(world)).toEqual(answered);
    await expect.poll(() => [world.echo.access.recent.length, world.gateway.recent.length]).toEqual([1, 1]);
    expect(world.echo.access.recent[0]).toMatchObject({
      source: {
        address: '10.0.9.1:40000',
        workload: 'shell',
        namespace: 'default',
        identity: 'spiffe://cluster.local/ns/default/sa/shell',
      },
      destination: { hboneAddress: `${hostname}:80`, service: hostname },
    });
    expect(world.shell.access.recent[0]).toMatchObject({
      destination: { address: '10.0.9.1:15008', hboneAddress: `${hostname}:80`, identity: identityOf(echo) },
    });
    expect(world.gateway.recent[0]).toMatchObject({
      source: { identity: 'spiffe://cluster.local/ns/default/sa/shell' },
      destination: { address: '10.0.9.2:15008', identity: identityOf(gateway), hboneAddress: `${hostname}:80` },
    });
  });

  test('several connections: share the outer tunnel', async () => {
    const world = await twoNetworks();
    const all = await Promise.all([connect(world), connect(world), connect(world)]);
    expect(all).toEqual([answered, answered, answered]);
    expect(world.application.connections).toBe(3);
  });

  test('policy: is decided by the caller, not by the gateway', async () => {
    const world = await twoNetworks();
    const matches = [{ principals: [{ exact: 'cluster.local/ns/istio-eastwest/sa/gateway' }] }];
    world.far.state.setPolicy(policy('only-the-gateway', { namespace: 'app-a', rules: [{ clauses: [{ matches }] }] }));
    expect(await connect(world)).toEqual(reset);
    expect(world.application.connections).toBe(0);
    await expect.poll(() => world.shell.access.recent[0]?.error).toBe('http status: 401 Unauthorized');
  });

  const failures: [string, Changes, RegExp][] = [
    ['a service without identities', { service: { subjectAltNames: [] } }, /did not present the expected SAN \(\)/],
    [
      'another identity at the end',
      { service: { subjectAltNames: ['spiffe://cluster.local/ns/app-a/sa/other'] } },
      /did not present the expected SAN/,
    ],
    [
      'another gateway than announced',
      { gateway: { serviceAccount: 'other' } },
      /expected SAN \(.*\/sa\/other\), got \(.*\/sa\/gateway\)/,
    ],
    [
      'a gateway that the mesh does not know',
      { gateway: { network: 'elsewhere' } },
      /unknown network gateway: network gateway far\/10\.0\.9\.1 not found/,
    ],
    ['an endpoint without gateway', { coalesced: { networkGateway: undefined as never } }, /no healthy upstream/],
    ['an endpoint that does not speak HBONE', { echo: { protocol: 'TCP' } }, /http status: 503/],
    [
      'another root',
      { farAuthority: () => testAuthority('another root') },
      /self-signed certificate|unable to (get|verify)/,
    ],
    ['an intermediate that has expired', { farAuthority: expiredIntermediate }, /certificate has expired/],
    [
      'another trust domain',
      { echo: { trustDomain: 'other.example' } },
      /expected SAN \(spiffe:\/\/cluster\.local\/.*\), got \(spiffe:\/\/other\.example\//,
    ],
  ];
  test.each(failures)('%s: no connection', async (_, changes, error) => {
    const world = await twoNetworks(changes);
    expect(await connect(world)).toEqual(reset);
    expect(world.application.connections).toBe(0);
    await expect.poll(() => world.shell.access.recent[0]?.error).toMatch(error);
  });
});
