import { describe, expect, test } from 'vitest';
import { type Case, outcomeOf, withoutRoute } from '../testing/attempt.ts';

const internet = { from: 'subnet-private', toIp: '203.0.113.200', port: 443 };

const cases: Case[] = [
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
    given: (net) => (net.natGateways.get('nat-local')!.state = 'pending'),
    expect: 'dropped nat-gateway-unavailable',
    by: 'nat-local',
    says: /pending, not available/,
  },
  {
    what: 'NAT deleted',
    ...internet,
    given: (net) => (net.natGateways.get('nat-local')!.state = 'deleted'),
    expect: 'dropped blackhole-route',
  },
  {
    what: 'NAT without an Internet gateway route',
    ...internet,
    given: (net) => withoutRoute(net, 'rtb-public', '0.0.0.0/0'),
    expect: 'dropped nat-gateway-without-internet',
    by: 'nat-local',
  },
  {
    what: 'NAT with a detached Internet gateway',
    ...internet,
    given: (net) => (net.internetGateways.get('igw-local')!.vpcId = undefined),
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
    given: (net) => (net.internetGateways.get('igw-local')!.vpcId = undefined),
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
    given: (net) => net.group('sg-open', 'egress tcp 80 0.0.0.0/0'),
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
    given: (net) => net.group('sg-open', 'ingress tcp 8080 sg-open', 'egress -1 0 0.0.0.0/0'),
    expect: 'dropped security-group-ingress',
    says: /from 203\.0\.113\.1/,
  },
];

describe('trace through the Internet', () => {
  test.each(cases)('$what: $expect', (attempt) => {
    const outcome = outcomeOf(attempt);
    expect(outcome.expect).toBe(attempt.expect);
    expect(outcome.by).toBe(attempt.by ?? outcome.by);
    expect(outcome.says).toMatch(attempt.says ?? '');
  });
});
