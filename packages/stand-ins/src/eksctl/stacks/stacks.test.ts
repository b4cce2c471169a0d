import { expect, test } from 'vitest';
import type { ClusterConfig } from '../config/types.ts';
import { clusterTemplate } from './cluster.ts';
import { nodeGroupTemplate } from './node-group.ts';

const config = (more: Partial<ClusterConfig> = {}): ClusterConfig => ({
  apiVersion: 'eksctl.io/v1alpha5',
  kind: 'ClusterConfig',
  metadata: { name: 'demo' },
  ...more,
});
const zones = ['us-east-2a', 'us-east-2b'];
const idsOf = (template: { Resources: object }, pattern: RegExp) =>
  Object.keys(template.Resources).filter((id) => pattern.test(id));

test('cluster stack: has the logical ids that scripts look up', () => {
  const template = clusterTemplate(config(), zones);
  expect(idsOf(template, /^Subnet/)).toEqual([
    'SubnetPublicUSEAST2A',
    'SubnetPublicUSEAST2B',
    'SubnetPrivateUSEAST2A',
    'SubnetPrivateUSEAST2B',
  ]);
  expect(idsOf(template, /RouteTable(US|$)/)).toEqual([
    'PublicRouteTable',
    'PrivateRouteTableUSEAST2A',
    'PrivateRouteTableUSEAST2B',
  ]);
  for (const id of ['VPC', 'InternetGateway', 'NATIP', 'NATGateway', 'ControlPlane', 'ServiceRole']) {
    expect(template.Resources).toHaveProperty(id);
  }
});

test.each<[mode: string, gateways: string[]]>([
  ['Disable', []],
  ['Single', ['NATGateway']],
  ['HighlyAvailable', ['NATGatewayUSEAST2A', 'NATGatewayUSEAST2B']],
])('cluster stack: NAT %s', (gateway, gateways) => {
  const template = clusterTemplate(config({ vpc: { nat: { gateway } } }), zones);
  expect(idsOf(template, /^NATGateway/)).toEqual(gateways);
});

const managedPolicies = (withOIDC: boolean) =>
  nodeGroupTemplate(config({ iam: { withOIDC } }), { name: 'nodes' }).Resources['NodeInstanceRole']?.Properties?.[
    'ManagedPolicyArns'
  ];

test('node group stack: the node role serves the network plugin only without OpenID Connect', () => {
  const policy = 'arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy';
  expect(managedPolicies(false)).toContain(policy);
  expect(managedPolicies(true)).not.toContain(policy);
});

test.each([
  [{ desiredCapacity: 3 }, { MinSize: 3, MaxSize: 3, DesiredSize: 3 }],
  [
    { minSize: 1, maxSize: 4 },
    { MinSize: 1, MaxSize: 4, DesiredSize: 1 },
  ],
  [{}, { MinSize: 2, MaxSize: 2, DesiredSize: 2 }],
])('node group stack: sizes of %j', (sizes, scaling) => {
  const { Resources } = nodeGroupTemplate(config(), { name: 'nodes', ...sizes });
  expect(Resources['ManagedNodeGroup']?.Properties?.['ScalingConfig']).toEqual(scaling);
});
