import { describe, expect, test } from 'vitest';
import { Network } from '../testing/network.ts';
import { describeVerdict } from '../verdict.ts';
import { traceConnection } from './index.ts';

const ownerId = '00000000-0000-0000-0000-00000000a2e0';

/** The network of AWS and, without any route between them, a virtual network of Azure with one node. */
function twoClouds() {
  const net = new Network();
  const owned = { ownerId, region: 'eastus', vpcId: 'vnet', subnetId: 'aks-subnet' };
  net.vpcs.set('vnet', { id: 'vnet', ownerId });
  net.subnets.set('aks-subnet', { id: 'aks-subnet', ownerId, vpcId: 'vnet' });
  net.routeTables.set('system', {
    ...owned,
    id: 'system',
    routes: [
      { destination: '10.224.0.0/12', target: { kind: 'local' } },
      { destination: '0.0.0.0/0', target: { kind: 'internet' } },
    ],
    associations: [{ main: true }],
  });
  const more = { ...owned, groupIds: [], interfaceType: 'interface' };
  net.interfaces.set('nic', { ...more, id: 'nic', ips: ['10.224.0.4'], publicIps: new Map() });
  net.interfaces.set('frontend', {
    ...more,
    id: 'frontend',
    ips: ['10.224.0.5'],
    publicIps: new Map([['10.224.0.5', '198.51.100.5']]),
  });
  net.listen('frontend', '10.224.0.5', 15_008);
  const rules = new Map([['out', { id: 'out', ownerId, interfaceIds: ['nic'], publicIp: '198.51.100.4' }]]);
  return { net, rules, node: { eniId: 'nic', ip: '10.224.0.4' } };
}

const summary = (verdict: ReturnType<typeof traceConnection>) =>
  'reason' in verdict ? `${verdict.kind} ${verdict.reason}` : verdict.kind;

describe('trace between two clouds', () => {
  test('from AWS to the public address of an Azure load balancer: connected, seen as the NAT gateway', () => {
    const { net } = twoClouds();
    const caller = net.at('subnet-private');
    const verdict = traceConnection(
      net,
      { eniId: caller.id, ip: caller.ips[0]! },
      { ip: '198.51.100.5', port: 15_008 },
    );
    expect(describeVerdict(verdict).at(-1)).toBe('connected, seen as 203.0.113.1');
  });

  test.each([
    ['with an outbound rule: seen as its address', true, 'connected, seen as 198.51.100.4'],
    ['without one: nothing leaves', false, 'dropped in silence by nic (public-address-missing)'],
  ])('from Azure to a public address in AWS, %s', (_, outbound, outcome) => {
    const { net, rules, node } = twoClouds();
    const callee = net.at('subnet-public', { withPublicIp: true });
    const [ip, publicIp] = [...callee.publicIps][0]!;
    net.listen(callee.id, ip, 8080);
    const view = outbound ? Object.assign(net, { outboundRules: rules }) : net;
    expect(describeVerdict(traceConnection(view, node, { ip: publicIp, port: 8080 })).at(-1)).toBe(outcome);
  });

  test('private addresses of the other cloud: dropped, both ways', () => {
    const { net, rules, node } = twoClouds();
    const aws = net.at('subnet-private');
    const view = Object.assign(net, { outboundRules: rules });
    expect(summary(traceConnection(view, node, { ip: aws.ips[0]!, port: 80 }))).toBe('dropped private-address');
    const from = { eniId: aws.id, ip: aws.ips[0]! };
    expect(summary(traceConnection(view, from, { ip: node.ip, port: 80 }))).toBe('dropped private-address');
  });
});
