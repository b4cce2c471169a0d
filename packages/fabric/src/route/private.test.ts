import { describe, expect, test } from 'vitest';
import { type Case, outcomeOf, withoutRoute } from '../testing/attempt.ts';
import { network } from '../testing/network.ts';

const peered = { from: 'subnet-private', to: 'subnet-external' };

const cases: Case[] = [
  { what: 'same VPC', expect: 'connected', says: /listens on 192\.168\.1\.\d+:8080/ },
  { what: 'same VPC, other port', port: 9, expect: 'refused', says: /nobody listens on 192\.168\.1\.\d+:9/ },
  { what: 'same VPC, unused address', toIp: '192.168.1.77', expect: 'dropped address-unused', by: 'vpc-local' },
  { what: 'own address', from: 'self', expect: 'connected', says: /itself/ },
  {
    what: 'route missing',
    toIp: '10.9.9.9',
    given: (net) => withoutRoute(net, 'rtb-public', '0.0.0.0/0'),
    expect: 'unreachable route-missing',
    by: 'rtb-public',
    says: /rtb-public of subnet subnet-public has no route to 10\.9\.9\.9 \(its routes: 192\.168\.0\.0\/16, 10\.1\.0\.0\/16\)/,
  },
  {
    what: 'route table missing',
    given: (net) => net.fabric.routeTables.delete('rtb-public'),
    expect: 'unreachable route-table-missing',
    by: 'subnet-public',
  },
  {
    what: 'main route table',
    given: (net) => {
      net.fabric.routeTables.delete('rtb-public');
      net.fabric.routeTables.get('rtb-private')!.associations.push({ id: 'rtbassoc-main', main: true });
    },
    expect: 'connected',
    says: /rtb-private of subnet subnet-public/,
  },
  {
    what: 'source gone',
    given: (net, { source }) => net.fabric.deleteInterface(source.id),
    expect: 'unreachable source-missing',
  },
  {
    what: 'egress missing',
    given: (net) => net.group('sg-open', 'vpc-local', 'ingress -1 0 0.0.0.0/0'),
    expect: 'dropped security-group-egress',
    by: 'sg-open',
    says: /none of the 0 egress rules of sg-open allows tcp port 8080 to 192\.168\.1/,
  },
  {
    what: 'ingress missing',
    given: (net) => net.group('sg-open', 'vpc-local', 'ingress tcp 15008 0.0.0.0/0', 'egress -1 0 0.0.0.0/0'),
    expect: 'dropped security-group-ingress',
    by: 'sg-open',
    says: /none of the 1 ingress rules of sg-open allows tcp port 8080 from 192\.168\.0/,
  },
  {
    what: 'group reference in the same VPC',
    given: (net, { source, destination }) => {
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
    given: (net, { destination }) => {
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
    given: (net) => net.group('sg-open-external', 'vpc-external', 'ingress tcp 8080 sg-open'),
    expect: 'connected',
    says: /tcp 8080 from sg-open/,
  },
  {
    what: 'group reference across regions',
    ...peered,
    given: (net, { destination }) => {
      destination.region = 'us-west-2';
      net.group('sg-open-external', 'vpc-external', 'ingress tcp 8080 sg-open');
    },
    expect: 'dropped security-group-ingress',
  },
  {
    what: 'peering not accepted',
    ...peered,
    given: (net) => (net.fabric.peerings.get('pcx-both')!.status = 'pending-acceptance'),
    expect: 'dropped blackhole-route',
    by: 'rtb-private',
    says: /peering pcx-both is pending-acceptance, not active/,
  },
  {
    what: 'peering gone',
    ...peered,
    given: (net) => net.fabric.peerings.delete('pcx-both'),
    expect: 'dropped blackhole-route',
    says: /pcx-both is gone/,
  },
  {
    what: 'return route missing',
    ...peered,
    given: (net) => withoutRoute(net, 'rtb-external', '192.168.0.0/16'),
    expect: 'dropped return-route-missing',
    by: 'rtb-external',
    says: /no way back: route table rtb-external of subnet subnet-external has no route to 192\.168\.1/,
  },
  {
    what: 'return route through another peering',
    ...peered,
    given: (net) => {
      net.fabric.routeTables.get('rtb-external')!.routes[1]!.target = { kind: 'peering', id: 'pcx-old' };
    },
    expect: 'dropped return-route-missing',
    says: /192\.168\.0\.0\/16 → pcx-old in rtb-external takes answers/,
  },
  {
    what: 'peering without a route to it',
    ...peered,
    given: (net) => withoutRoute(net, 'rtb-private', '10.1.0.0/16'),
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
];

describe('explain inside and between VPCs', () => {
  test.each(cases)('$what: $expect', async (attempt) => {
    const outcome = await outcomeOf(attempt);
    expect(outcome.expect).toBe(attempt.expect);
    expect(outcome.by).toBe(attempt.by ?? outcome.by);
    expect(outcome.says).toMatch(attempt.says ?? '');
  });

  test('pods of one node: nothing filters between addresses of one interface', async () => {
    const net = network();
    await using fabric = net.fabric;
    net.group('sg-closed', 'vpc-local');
    const node = net.at('subnet-private', { groupIds: ['sg-closed'] });
    const podIp = fabric.assignIp(node.id);
    await fabric.listen({ eniId: node.id, ip: podIp, port: 80 }, (socket) => socket.destroy());
    expect(fabric.explain({ eniId: node.id, ip: node.ips[0]! }, { ip: podIp, port: 80 }).kind).toBe('connected');
  });
});
