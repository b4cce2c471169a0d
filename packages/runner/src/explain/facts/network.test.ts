import { expect, test } from 'vitest';
import { type Described, networkFacts } from './network.ts';

const described = (change: Partial<Described>): Described => ({
  account: '111111111111',
  region: 'us-east-2',
  vpcs: [],
  subnets: [],
  internetGateways: [],
  natGateways: [],
  routeTables: [],
  securityGroups: [],
  securityGroupRules: [],
  interfaces: [],
  peerings: [],
  ...change,
});

test.each([
  ['local', { GatewayId: 'local' }, { kind: 'local' }],
  ['Internet gateway', { GatewayId: 'igw-1' }, { kind: 'internet-gateway', id: 'igw-1' }],
  ['NAT gateway', { NatGatewayId: 'nat-1' }, { kind: 'nat-gateway', id: 'nat-1' }],
  ['peering', { VpcPeeringConnectionId: 'pcx-1' }, { kind: 'peering', id: 'pcx-1' }],
  ['transit gateway', { TransitGatewayId: 'tgw-1' }, { kind: 'unmodelled', id: 'tgw-1' }],
  ['endpoint', { GatewayId: 'vpce-1' }, { kind: 'unmodelled', id: 'vpce-1' }],
])('route target: %s', (_, target, expected) => {
  const Routes = [
    { DestinationCidrBlock: '10.0.0.0/8', ...target },
    { DestinationIpv6CidrBlock: '::/0', ...target },
  ];
  const facts = networkFacts([described({ routeTables: [{ RouteTableId: 'rtb-1', VpcId: 'vpc-1', Routes }] })]);
  expect(facts.routeTables.get('rtb-1')?.routes).toEqual([{ destination: '10.0.0.0/8', target: expected }]);
});

test('security groups: rules with CIDRs and groups; IPv6 and prefix lists are left out', () => {
  const rule = { GroupId: 'sg-1', IsEgress: false, IpProtocol: 'tcp', FromPort: 80, ToPort: 80 };
  const facts = networkFacts([
    described({
      securityGroups: [{ GroupId: 'sg-1', OwnerId: '111111111111', VpcId: 'vpc-1' }],
      securityGroupRules: [
        { ...rule, SecurityGroupRuleId: 'sgr-1', CidrIpv4: '10.0.0.0/8' },
        { ...rule, SecurityGroupRuleId: 'sgr-2', ReferencedGroupInfo: { GroupId: 'sg-2', UserId: '222222222222' } },
        { ...rule, SecurityGroupRuleId: 'sgr-3', CidrIpv6: '::/0' },
        { ...rule, SecurityGroupRuleId: 'sgr-4', PrefixListId: 'pl-1' },
        { ...rule, SecurityGroupRuleId: 'sgr-5', CidrIpv4: '10.0.0.0/8', IsEgress: true, IpProtocol: '-1' },
      ],
    }),
  ]);
  expect(facts.securityGroups.get('sg-1')?.rules).toMatchObject([
    { id: 'sgr-1', direction: 'ingress', source: { cidr: '10.0.0.0/8' } },
    { id: 'sgr-2', source: { groupId: 'sg-2', ownerId: '222222222222' } },
    { id: 'sgr-5', direction: 'egress', protocol: '-1' },
  ]);
  expect(facts.groupVpcs.get('sg-1')).toBe('vpc-1');
});

test('a peering that two accounts describe is one; an interface has its primary address first', () => {
  const peering = {
    VpcPeeringConnectionId: 'pcx-1',
    RequesterVpcInfo: { OwnerId: '111111111111', VpcId: 'vpc-1' },
    AccepterVpcInfo: { OwnerId: '222222222222', VpcId: 'vpc-2' },
    Status: { Code: 'pending-acceptance' as const },
  };
  const PrivateIpAddresses = [
    { PrivateIpAddress: '10.0.0.9', Association: { PublicIp: '203.0.113.9' } },
    { PrivateIpAddress: '10.0.0.4', Primary: true },
  ];
  const interfaces = [{ NetworkInterfaceId: 'eni-1', PrivateIpAddresses, Groups: [{ GroupId: 'sg-1' }] }];
  const facts = networkFacts([described({ peerings: [peering] }), described({ peerings: [peering], interfaces })]);
  expect([...facts.peerings.values()]).toMatchObject([
    { status: 'pending-acceptance', accepterOwnerId: '222222222222' },
  ]);
  expect(facts.interfaces.get('eni-1')).toMatchObject({
    ips: ['10.0.0.4', '10.0.0.9'],
    groupIds: ['sg-1'],
    publicIps: new Map([['10.0.0.9', '203.0.113.9']]),
  });
});
