import { describe, expect, test } from 'vitest';
import { evaluateSecurityGroups, type Flow, type SecurityRule } from './security-group.ts';

const flow: Flow = { direction: 'ingress', protocol: 'tcp', port: 8080, peerIp: '10.0.1.5', peerGroupIds: ['sg-peer'] };
const rule: SecurityRule = {
  id: 'sgr-1',
  direction: 'ingress',
  protocol: 'tcp',
  fromPort: 8080,
  toPort: 8080,
  source: { cidr: '10.0.0.0/16' },
};

describe('security groups', () => {
  test.each<{ what: string; change: Partial<SecurityRule>; allowed: boolean }>([
    { what: 'port and block', change: {}, allowed: true },
    { what: 'first port of a range', change: { toPort: 9000 }, allowed: true },
    { what: 'last port of a range', change: { fromPort: 1 }, allowed: true },
    { what: 'outside the range', change: { fromPort: 8081, toPort: 9000 }, allowed: false },
    { what: 'all protocols', change: { protocol: '-1', fromPort: -1, toPort: -1 }, allowed: true },
    { what: 'other protocol', change: { protocol: 'udp' }, allowed: false },
    { what: 'ICMP', change: { protocol: 'icmp', fromPort: -1, toPort: -1 }, allowed: false },
    { what: 'other direction', change: { direction: 'egress' }, allowed: false },
    { what: 'other block', change: { source: { cidr: '10.1.0.0/16' } }, allowed: false },
    { what: 'group of the peer', change: { source: { groupId: 'sg-peer', ownerId: '1' } }, allowed: true },
    { what: 'another group', change: { source: { groupId: 'sg-other', ownerId: '1' } }, allowed: false },
  ])('$what: allowed $allowed', ({ change, allowed }) => {
    const decision = evaluateSecurityGroups([{ id: 'sg-1', rules: [{ ...rule, ...change }] }], flow);
    expect(decision.verdict).toBe(allowed ? 'allow' : 'deny');
  });

  test('several groups: any one suffices, and the reason names group and rule', () => {
    const groups = [
      { id: 'sg-empty', rules: [] },
      { id: 'sg-1', rules: [rule] },
    ];
    expect(evaluateSecurityGroups(groups, flow)).toEqual({
      verdict: 'allow',
      groupId: 'sg-1',
      ruleId: 'sgr-1',
      reason: 'ingress rule sgr-1 of sg-1 (tcp 8080 from 10.0.0.0/16) allows tcp port 8080 from 10.0.1.5',
    });
  });

  test('none matches: the reason names the groups', () => {
    expect(evaluateSecurityGroups([{ id: 'sg-1', rules: [rule] }], { ...flow, port: 15008 })).toEqual({
      verdict: 'deny',
      groupIds: ['sg-1'],
      reason: 'none of the 1 ingress rules of sg-1 allows tcp port 15008 from 10.0.1.5',
    });
  });
});
