import { describe, expect, test } from 'vitest';
import { type Case, outcomeOf, withoutRoute } from '../testing/attempt.ts';
import { Network } from '../testing/network.ts';
import { traceConnection } from './trace.ts';

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
    given: (net) => net.routeTables.delete('rtb-public'),
    expect: 'unreachable route-table-missing',
    by: 'subnet-public',
  },
  {
    what: 'main route table',
    given: (net) => {
      net.routeTables.delete('rtb-public');
      net.routeTables.get('rtb-private')!.associations = [{ main: true }];
    },
    expect: 'connected',
    says: /rtb-private of subnet subnet-public/,
  },
  {
    what: 'source gone',
    given: (net, { source }) => net.interfaces.delete(source.id),
    expect: 'unreachable source-missing',
  },
  {
    what: 'egress missing',
    given: (net) => net.group('sg-open', 'ingress -1 0 0.0.0.0/0'),
    expect: 'dropped security-group-egress',
    by: 'sg-open',
    says: /none of the 0 egress rules of sg-open allows tcp port 8080 to 192\.168\.1/,
  },
  {
    what: 'ingress missing',
    given: (net) => net.group('sg-open', 'ingress tcp 15008 0.0.0.0/0', 'egress -1 0 0.0.0.0/0'),
    expect: 'dropped security-group-ingress',
    by: 'sg-open',
    says: /none of the 1 ingress rules of sg-open allows tcp port 8080 from 192\.168\.0/,
  },
  {
    what: 'group reference in the same VPC',
    given: (net, { source, destination }) => {
      net.group('sg-caller', 'egress tcp 8080 sg-callee');
      net.group('sg-callee', 'ingress tcp 8080 sg-caller');
      source.groupIds = ['sg-caller'];
      destination.groupIds = ['sg-callee'];
    },
    expect: 'connected',
    says: /sgr-ingress-tcp-8080 of sg-callee \(tcp 8080 from sg-caller\) allows/,
  },
  {
    what: 'group reference to another group',
    given: (net, { destination }) => {
      net.group('sg-callee', 'ingress tcp 8080 sg-stranger');
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
    given: (net) => net.group('sg-open-external', 'ingress tcp 8080 sg-open'),
    expect: 'connected',
    says: /tcp 8080 from sg-open/,
  },
  {
    what: 'group reference across regions',
    ...peered,
    given: (net, { destination }) => {
      destination.region = 'us-west-2';
      net.group('sg-open-external', 'ingress tcp 8080 sg-open');
    },
    expect: 'dropped security-group-ingress',
  },
  {
    what: 'peering not accepted',
    ...peered,
    given: (net) => (net.peerings.get('pcx-both')!.status = 'pending-acceptance'),
    expect: 'dropped blackhole-route',
    by: 'rtb-private',
    says: /peering pcx-both is pending-acceptance, not active/,
  },
  {
    what: 'peering gone',
    ...peered,
    given: (net) => net.peerings.delete('pcx-both'),
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
      net.routeTables.get('rtb-external')!.routes[1]!.target = { kind: 'peering', id: 'pcx-old' };
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

describe('trace inside and between VPCs', () => {
  test.each(cases)('$what: $expect', (attempt) => {
    const outcome = outcomeOf(attempt);
    expect(outcome.expect).toBe(attempt.expect);
    expect(outcome.by).toBe(attempt.by ?? outcome.by);
    expect(outcome.says).toMatch(attempt.says ?? '');
  });

  test('pods of one node: nothing filters between addresses of one interface', () => {
    const net = new Network();
    net.group('sg-closed');
    const node = net.at('subnet-private', { groupIds: ['sg-closed'] });
    node.ips = [...node.ips, '192.168.1.200'];
    net.listen(node.id, '192.168.1.200', 80);
    const from = { eniId: node.id, ip: node.ips[0]! };
    expect(traceConnection(net, from, { ip: '192.168.1.200', port: 80 }).kind).toBe('connected');
  });

  test('a route to what is not modelled: says so instead of guessing', () => {
    const net = new Network();
    const target = { kind: 'unmodelled', id: 'tgw-1' } as const;
    const table = net.routeTables.get('rtb-private')!;
    table.routes = [...table.routes, { destination: '10.2.0.0/16', target }];
    const source = net.at('subnet-private');
    const verdict = traceConnection(net, { eniId: source.id, ip: source.ips[0]! }, { ip: '10.2.0.1', port: 80 });
    expect(verdict).toMatchObject({ reason: 'target-unmodelled', by: { object: 'tgw-1' } });
  });
});
