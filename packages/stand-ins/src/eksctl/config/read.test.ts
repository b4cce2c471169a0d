import { expect, test } from 'vitest';
import { readConfig } from './read.ts';

const head = 'apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\n';
const named = `${head}metadata: { name: demo, region: us-east-2 }\n`;

test('config: YAML and JSON are read', () => {
  expect(
    readConfig(`${named}addons: [{ name: vpc-cni }]\nmanagedNodeGroups: [{ name: a, desiredCapacity: 2 }]`),
  ).toEqual({
    apiVersion: 'eksctl.io/v1alpha5',
    kind: 'ClusterConfig',
    metadata: { name: 'demo', region: 'us-east-2' },
    addons: [{ name: 'vpc-cni' }],
    managedNodeGroups: [{ name: 'a', desiredCapacity: 2 }],
  });
  expect(readConfig(JSON.stringify(readConfig(named))).metadata.name).toBe('demo');
});

test.each<[name: string, text: string, message: RegExp]>([
  ['an unknown field', `${named}fargateProfiles: []`, /unknown field "fargateProfiles"/],
  ['an unknown field in a list', `${named}managedNodeGroups: [{ name: a, sshh: 1 }]`, /"managedNodeGroups\[0\]\.sshh"/],
  [
    'a field of another type',
    `${named}managedNodeGroups: [{ name: a, minSize: two }]`,
    /"managedNodeGroups\[0\]\.minSize" must be a number/,
  ],
  ['a text instead of a list', `${named}availabilityZones: us-east-2a`, /"availabilityZones" must be a list of texts/],
  [
    'another version',
    'apiVersion: eksctl.io/v1\nkind: ClusterConfig',
    /no kind "ClusterConfig" is registered for version "eksctl.io\/v1"/,
  ],
  ['no name', `${head}metadata: {}`, /metadata\.name must be set/],
  ['an unknown NAT mode', `${named}vpc: { nat: { gateway: None } }`, /vpc\.nat\.gateway must be one of Single/],
  [
    'a role twice',
    `${named}iam: { podIdentityAssociations: [{ namespace: a, serviceAccountName: b, roleARN: x, roleName: y }] }`,
    /cannot be set when roleARN is/,
  ],
  [
    'an association without a role',
    `${named}iam: { podIdentityAssociations: [{ namespace: a, serviceAccountName: b }] }`,
    /at least one of/,
  ],
  ['IPv6', `${named}kubernetesNetworkConfig: { ipFamily: IPv6 }`, /kubernetesNetworkConfig\.ipFamily: .* no IPv6/],
  ['annotations', `${head}metadata: { name: a, annotations: { b: c } }`, /metadata\.annotations is not supported/],
  ['broken YAML', 'metadata: [', /flow|expected/i],
  ['nothing', '', /empty/],
])('config: refuses %s', (_, text, message) => {
  expect(() => readConfig(text)).toThrow(message);
});
