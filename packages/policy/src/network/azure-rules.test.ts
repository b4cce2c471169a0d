import { expect, test } from 'vitest';
import { type AzureRule, securityRulesOf } from './azure-rules.ts';
import { evaluateSecurityGroups, type Flow } from './security-group.ts';

const rule = (name: string, change: Partial<AzureRule> = {}): AzureRule => ({
  id: `/nsg/securityRules/${name}`,
  priority: 500,
  direction: 'Inbound',
  access: 'Allow',
  protocol: 'Tcp',
  sources: ['*'],
  destinations: ['*'],
  destinationPorts: ['15008'],
  ...change,
});
const fromInternet: Flow = {
  direction: 'ingress',
  protocol: 'tcp',
  port: 15_008,
  peerIp: '203.0.113.9',
  peerGroupIds: [],
  ownIps: ['10.224.0.5', '203.0.113.22'],
};

test.each<[string, AzureRule[], Partial<Flow>, string]>([
  ['no rule', [], {}, 'deny '],
  ['a rule that allows', [rule('in')], {}, 'allow in'],
  ['a rule that denies, before it', [rule('in'), rule('no', { priority: 100, access: 'Deny' })], {}, 'deny no'],
  ['a rule that denies, after it', [rule('no', { priority: 600, access: 'Deny' }), rule('in')], {}, 'allow in'],
  ['another port', [rule('in', { destinationPorts: ['15012', '15021-15023'] })], {}, 'deny '],
  ['a range of ports', [rule('in', { destinationPorts: ['1-20000'] })], {}, 'allow in'],
  ['another source', [rule('in', { sources: ['198.51.100.0/24'] })], {}, 'deny '],
  ['the address of the source', [rule('in', { sources: ['203.0.113.9'] })], {}, 'allow in'],
  ['the network only', [rule('in', { sources: ['VirtualNetwork'] })], {}, 'deny '],
  ['the network, from inside', [rule('in', { sources: ['VirtualNetwork'] })], { peerIp: '10.225.1.1' }, 'allow in'],
  ['health probes only', [rule('in', { sources: ['AzureLoadBalancer'] })], {}, 'deny '],
  ['another destination', [rule('in', { destinations: ['203.0.113.23'] })], {}, 'deny '],
  ['the public address as destination', [rule('in', { destinations: ['203.0.113.22/32'] })], {}, 'allow in'],
  ['the other direction', [rule('in', { direction: 'Outbound' })], {}, 'deny '],
  ['UDP', [rule('in', { protocol: 'Udp' })], {}, 'deny '],
  ['every protocol', [rule('in', { protocol: '*', destinationPorts: ['*'] })], {}, 'allow in'],
])('rules of Azure: %s', (_, rules, flow, expected) => {
  const group = { id: '/nsg', rules: securityRulesOf(rules, '10.224.0.0/12') };
  const decision = evaluateSecurityGroups([group], { ...fromInternet, ...flow });
  expect(`${decision.verdict} ${decision.ruleId?.split('/').at(-1) ?? ''}`).toBe(expected);
});
