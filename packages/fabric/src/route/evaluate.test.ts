import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NetworkInterface } from '../model.ts';
import { network, rule, type Network } from '../testing/network.ts';
import { describeVerdict, type Verdict } from '../verdict.ts';

let net: Network;
const routes = (id: string) => net.fabric.routeTables.get(id)!.routes;
const retarget = (
  id: string,
  destination: string,
  target: (typeof net.fabric.routeTables extends Map<string, infer T> ? T : never)['routes'][number]['target'],
) => {
  routes(id).find((route) => route.destination === destination)!.target = target;
};
const withoutRoute = (id: string, destination: string) => {
  const table = net.fabric.routeTables.get(id)!;
  table.routes = table.routes.filter((route) => route.destination !== destination);
};

beforeEach(() => {
  net = network();
});
afterEach(() => net.fabric[Symbol.asyncDispose]());

interface Case {
  what: string;
  from?: string;
  fromPublic?: boolean;
  to?: string;
  toPublic?: boolean;
  toIp?: string;
  port?: number;
  /** Changes the world before the attempt. */
  given?: (ends: { source: NetworkInterface; destination: NetworkInterface }) => void;
  expect: string;
  by?: string;
  says?: RegExp;
}

const internet = { from: 'subnet-private', toIp: '203.0.113.200', port: 443 };
const peered = { from: 'subnet-private', to: 'subnet-external' };

const cases: Case[] = [
  { what: 'same VPC', expect: 'connected', says: /listens on 192\.168\.1\.\d+:8080/ },
  { what: 'same VPC, other port', port: 9, expect: 'refused', says: /nobody listens on 192\.168\.1\.\d+:9/ },
  { what: 'same VPC, unused address', toIp: '192.168.1.77', expect: 'dropped address-unused', by: 'vpc-local' },
  { what: 'own address', from: 'self', expect: 'connected', says: /itself/ },
  {
    what: 'route missing',
    toIp: '10.9.9.9',
    given: () => withoutRoute('rtb-public', '0.0.0.0/0'),
    expect: 'unreachable route-missing',
    by: 'rtb-public',
    says: /rtb-public of subnet subnet-public has no route to 10\.9\.9\.9 \(its routes: 192\.168\.0\.0\/16, 10\.1\.0\.0\/16\)/,
  },
  {
    what: 'route table missing',
    given: () => net.fabric.routeTables.delete('rtb-public'),
    expect: 'unreachable route-table-missing',
    by: 'subnet-public',
  },
  {
    what: 'main route table',
    given: () => {
      net.fabric.routeTables.delete('rtb-public');
      net.fabric.routeTables.get('rtb-private')!.associations.push({ id: 'rtbassoc-main', main: true });
    },
    expect: 'connected',
    says: /rtb-private of subnet subnet-public/,
  },
  {
    what: 'source gone',
    given: ({ source }) => net.fabric.deleteInterface(source.id),
    expect: 'unreachable source-missing',
  },
  {
    what: 'egress missing',
    given: () => net.group('sg-open', 'vpc-local', 'ingress -1 0 0.0.0.0/0'),
    expect: 'dropped security-group-egress',
    by: 'sg-open',
    says: /none of the 0 egress rules of sg-open allows tcp port 8080 to 192\.168\.1/,
  },
  {
    what: 'ingress missing',
    given: () => net.group('sg-open', 'vpc-local', 'ingress tcp 15008 0.0.0.0/0', 'egress -1 0 0.0.0.0/0'),
    expect: 'dropped security-group-ingress',
    by: 'sg-open',
    says: /none of the 1 ingress rules of sg-open allows tcp port 8080 from 192\.168\.0/,
  },
  {
    what: 'group reference in the same VPC',
    given: ({ source, destination }) => {
      net.group('sg-caller', 'vpc-local', 'egress tcp 8080 sg-callee');
      net.group('sg-callee', 'vpc-local', 'ingress tcp 8080 sg-caller');
      source.groupIds = ['sg-caller'];
      destination.groupIds = ['sg-callee'];
    },
    expect: 'connected',
    says: /sgr-ingress-tcp-8080 of sg-callee \(tcp 8080 from sg-caller\) allows/,
  },
  {
    what: 'group reference to another group',
    given: ({ destination }) => {
      net.group('sg-callee', 'vpc-local', 'ingress tcp 8080 sg-stranger');
      destination.groupIds = ['sg-callee'];
    },
    expect: 'dropped security-group-ingress',
    by: 'sg-callee',
  },
  {
    what: 'peering',
    ...peered,
    expect: 'connected',
    says: /pcx-both is active and leads to vpc-external of account 222222222222/,
  },
  {
    what: 'group reference across the peering',
    ...peered,
    given: () => net.group('sg-open-external', 'vpc-external', 'ingress tcp 8080 sg-open'),
    expect: 'connected',
    says: /tcp 8080 from sg-open/,
  },
  {
    what: 'group reference across regions',
    ...peered,
    given: ({ destination }) => {
      destination.region = 'us-west-2';
      net.group('sg-open-external', 'vpc-external', 'ingress tcp 8080 sg-open');
    },
    expect: 'dropped security-group-ingress',
  },
  {
    what: 'peering not accepted',
    ...peered,
    given: () => (net.fabric.peerings.get('pcx-both')!.status = 'pending-acceptance'),
    expect: 'dropped blackhole-route',
    by: 'rtb-private',
    says: /peering pcx-both is pending-acceptance, not active/,
  },
  {
    what: 'peering gone',
    ...peered,
    given: () => net.fabric.peerings.delete('pcx-both'),
    expect: 'dropped blackhole-route',
    says: /pcx-both is gone/,
  },
  {
    what: 'return route missing',
    ...peered,
    given: () => withoutRoute('rtb-external', '192.168.0.0/16'),
    expect: 'dropped return-route-missing',
    by: 'rtb-external',
    says: /no way back: route table rtb-external of subnet subnet-external has no route to 192\.168\.1/,
  },
  {
    what: 'return route through another peering',
    ...peered,
    given: () => retarget('rtb-external', '192.168.0.0/16', { kind: 'peering', id: 'pcx-old' }),
    expect: 'dropped return-route-missing',
    says: /192\.168\.0\.0\/16 → pcx-old in rtb-external takes answers/,
  },
  {
    what: 'peering without a route to it',
    ...peered,
    given: () => withoutRoute('rtb-private', '10.1.0.0/16'),
    expect: 'dropped private-address',
    by: 'nat-local',
    says: /a more specific route to its VPC \(a peering\?\) is missing/,
  },
  {
    what: 'peering, unused address',
    ...peered,
    toIp: '10.1.1.200',
    expect: 'dropped address-unused',
    by: 'vpc-external',
  },
  {
    what: 'Internet host through NAT',
    ...internet,
    expect: 'connected',
    says: /nat-local translates 192\.168\.1\.\d+ to 203\.0\.113\.1/,
  },
  { what: 'Internet host, closed port', ...internet, port: 80, expect: 'refused' },
  {
    what: 'NAT pending',
    ...internet,
    given: () => (net.fabric.natGateways.get('nat-local')!.state = 'pending'),
    expect: 'dropped nat-gateway-unavailable',
    by: 'nat-local',
    says: /pending, not available/,
  },
  {
    what: 'NAT deleted',
    ...internet,
    given: () => (net.fabric.natGateways.get('nat-local')!.state = 'deleted'),
    expect: 'dropped blackhole-route',
  },
  {
    what: 'NAT without an Internet gateway route',
    ...internet,
    given: () => withoutRoute('rtb-public', '0.0.0.0/0'),
    expect: 'dropped nat-gateway-without-internet',
    by: 'nat-local',
  },
  {
    what: 'NAT with a detached Internet gateway',
    ...internet,
    given: () => (net.fabric.internetGateways.get('igw-local')!.vpcId = undefined),
    expect: 'dropped nat-gateway-without-internet',
  },
  {
    what: 'Internet host from a public address',
    ...internet,
    from: 'subnet-public',
    fromPublic: true,
    expect: 'connected',
    says: /igw-local sends .* out as 203/,
  },
  {
    what: 'no public address',
    ...internet,
    from: 'subnet-public',
    expect: 'dropped public-address-missing',
    by: 'igw-local',
  },
  {
    what: 'Internet gateway detached',
    ...internet,
    from: 'subnet-public',
    fromPublic: true,
    given: () => (net.fabric.internetGateways.get('igw-local')!.vpcId = undefined),
    expect: 'dropped blackhole-route',
    says: /igw-local is not attached to this VPC/,
  },
  { what: 'no Internet in the VPC', ...internet, from: 'subnet-external', expect: 'unreachable route-missing' },
  {
    what: 'unused public address',
    toIp: '198.51.100.9',
    from: 'subnet-private',
    expect: 'dropped address-unused',
    by: '198.51.100.9',
  },
  {
    what: 'egress missing to the Internet',
    ...internet,
    given: () => net.group('sg-open', 'vpc-local', 'egress tcp 80 0.0.0.0/0'),
    expect: 'dropped security-group-egress',
  },
  {
    what: 'public address through NAT and Internet gateway',
    from: 'subnet-private',
    to: 'subnet-public',
    toPublic: true,
    expect: 'connected',
    says: /igw-local brings 203/,
  },
  {
    what: 'public address of a subnet without Internet route',
    from: 'subnet-public',
    fromPublic: true,
    to: 'subnet-private',
    toPublic: true,
    expect: 'dropped return-route-missing',
    by: 'rtb-private',
  },
  {
    what: 'public address in a VPC without Internet gateway',
    from: 'subnet-private',
    to: 'subnet-external',
    toPublic: true,
    expect: 'dropped internet-gateway-missing',
    by: 'vpc-external',
  },
  {
    what: 'group references do not match translated addresses',
    from: 'subnet-private',
    to: 'subnet-public',
    toPublic: true,
    given: () => net.group('sg-open', 'vpc-local', 'ingress tcp 8080 sg-open', 'egress -1 0 0.0.0.0/0'),
    expect: 'dropped security-group-ingress',
    says: /from 203\.0\.113\.1/,
  },
];

const tell = (verdict: Verdict) => ('reason' in verdict ? `${verdict.kind} ${verdict.reason}` : verdict.kind);

describe('explain', () => {
  test.each(cases)('$what: $expect', async (attempt) => {
    net.fabric.internet.add({ names: ['api.example'], ip: '203.0.113.200', ports: new Map([[443, 1]]) });
    const self = attempt.from === 'self';
    const destination = net.at(attempt.to ?? 'subnet-private', { withPublicIp: attempt.toPublic ?? false });
    const source = self
      ? destination
      : net.at(attempt.from ?? 'subnet-public', { withPublicIp: attempt.fromPublic ?? false });
    const [ip = ''] = destination.ips;
    const [fromIp = ''] = source.ips;
    await net.fabric.listen({ eniId: destination.id, ip, port: 8080 }, (socket) => socket.destroy());
    attempt.given?.({ source, destination });
    const to = attempt.toIp ?? (attempt.toPublic ? destination.publicIps.get(ip)! : ip);
    const verdict = net.fabric.explain({ eniId: source.id, ip: fromIp }, { ip: to, port: attempt.port ?? 8080 });
    expect(tell(verdict)).toBe(attempt.expect);
    if (attempt.by !== undefined) expect('by' in verdict && verdict.by.object).toBe(attempt.by);
    if (attempt.says) expect(describeVerdict(verdict).join('\n')).toMatch(attempt.says);
    expect(verdict.hops.filter((hop) => hop.verdict === 'deny')).toEqual('by' in verdict ? [verdict.by] : []);
  });

  test('pods of one node: nothing filters between addresses of one interface', async () => {
    net.group('sg-closed', 'vpc-local');
    const node = net.at('subnet-private', { groupIds: ['sg-closed'] });
    const podIp = net.fabric.assignIp(node.id);
    await net.fabric.listen({ eniId: node.id, ip: podIp, port: 80 }, (socket) => socket.destroy());
    expect(net.fabric.explain({ eniId: node.id, ip: node.ips[0]! }, { ip: podIp, port: 80 }).kind).toBe('connected');
  });

  test('a rule: the builder of this test reads one line', () => {
    expect(rule('ingress tcp 80 sg-1')).toMatchObject({ fromPort: 80, source: { groupId: 'sg-1' } });
  });
});
