import {
  CreateNodegroupCommand,
  DeleteClusterCommand,
  DescribeClusterCommand,
  DescribeUpdateCommand,
  EKSClient,
  ListClustersCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateClusterConfigCommand,
  waitUntilClusterActive,
  waitUntilClusterDeleted,
} from '@aws-sdk/client-eks';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clusterRole, eksBed, type EksBed, name, nodeRole } from '../../testing/eks.ts';
import { addRole, asAdministrator } from '../../testing/roles.ts';
import { external } from '../../testing/server.ts';

let bed: EksBed;
beforeEach(async () => void (bed = await eksBed()));
afterEach(() => bed[Symbol.asyncDispose]());

const minutes = 60_000;
const describe = async () => (await bed.eks.send(new DescribeClusterCommand({ name }))).cluster;
const waiting = () => ({ client: bed.eks, maxWaitTime: 5, minDelay: 1, maxDelay: 1 });

test('cluster: is created in the time that AWS takes, and tells its endpoint then', async () => {
  await using slow = await eksBed({ profile: 'real' });
  await slow.create({ tags: { owner: 'me' } });
  const look = async () => (await slow.eks.send(new DescribeClusterCommand({ name }))).cluster;
  const creating = await look();
  expect(creating).toMatchObject({ status: 'CREATING', version: '1.34', tags: { owner: 'me' } });
  expect([creating?.endpoint, creating?.resourcesVpcConfig?.clusterSecurityGroupId]).toEqual([undefined, undefined]);
  await slow.clock.advance(10 * minutes);
  expect(await look()).toMatchObject({
    arn: `arn:aws:eks:us-east-2:111111111111:cluster/${name}`,
    status: 'ACTIVE',
    endpoint: `https://127.0.0.1:6443/clusters/${name}`,
    certificateAuthority: { data: 'Q0E=' },
    resourcesVpcConfig: {
      vpcId: 'vpc-1',
      endpointPublicAccess: true,
      clusterSecurityGroupId: expect.stringMatching(/^sg-/),
    },
    accessConfig: { authenticationMode: 'API' },
  });
});

test('cluster: makes its security group and control-plane interfaces, and tells the Kubernetes side', async () => {
  await bed.create();
  await bed.settle();
  const { securityGroups, interfaces } = bed.server.fabric;
  const group = securityGroups.get((await describe())?.resourcesVpcConfig?.clusterSecurityGroupId ?? '');
  expect(group?.name).toMatch(new RegExp(`^eks-cluster-sg-${name}-\\d+$`));
  expect(Object.fromEntries(group?.tags ?? [])).toEqual({
    Name: group?.name,
    [`kubernetes.io/cluster/${name}`]: 'owned',
    'aws:eks:cluster-name': name,
  });
  expect(group?.rules).toMatchObject([
    { direction: 'ingress', protocol: '-1', source: { groupId: group?.id } },
    { direction: 'egress', protocol: '-1', source: { cidr: '0.0.0.0/0' } },
  ]);
  const enis = [...interfaces.values()];
  expect(enis.map(({ subnetId }) => subnetId)).toEqual(['subnet-a', 'subnet-b']);
  expect(enis[0]).toMatchObject({ description: `Amazon EKS ${name}`, groupIds: [group?.id], requesterManaged: true });
  expect(bed.kubernetes.clusters.get(name)).toMatchObject({
    account: '111111111111',
    version: '1.34',
    vpcId: 'vpc-1',
    controlPlane: enis.map(({ id, ips }) => ({ eniId: id, ip: ips[0] })),
    creatorArn: 'arn:aws:iam::111111111111:user/admin',
  });
});

test('cluster: brings its own network plugin, proxy and DNS unless told not to', async () => {
  await bed.create();
  await bed.create({ name: 'complete', bootstrapSelfManagedAddons: true });
  await bed.settle();
  expect([...bed.kubernetes.addons]).toEqual(['complete/vpc-cni', 'complete/kube-proxy', 'complete/coredns']);
});

test('cluster: the SDK waits for active and deleted', async () => {
  await bed.create();
  await bed.settle();
  expect(await waitUntilClusterActive(waiting(), { name })).toMatchObject({ state: 'SUCCESS' });
  await bed.eks.send(new DeleteClusterCommand({ name }));
  await bed.settle();
  expect(await waitUntilClusterDeleted(waiting(), { name })).toMatchObject({ state: 'SUCCESS' });
});

test('cluster: deleting it takes interfaces and group along', async () => {
  await bed.create();
  await bed.settle();
  const { cluster } = await bed.eks.send(new DeleteClusterCommand({ name }));
  expect(cluster?.status).toBe('DELETING');
  await bed.settle();
  await expect(describe()).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: `No cluster found for name: ${name}.`,
  });
  expect(bed.server.fabric.interfaces.size).toBe(0);
  expect([...bed.server.fabric.securityGroups.keys()]).toEqual(['sg-1', 'sg-default', 'sg-other']);
  expect(bed.kubernetes.clusters.size).toBe(0);
});

test('cluster: its group stays behind while another group refers to it', async () => {
  await bed.create();
  await bed.settle();
  const groupId = (await describe())?.resourcesVpcConfig?.clusterSecurityGroupId ?? '';
  bed.server.fabric.securityGroups.get('sg-1')?.rules.push({
    id: 'sgr-1',
    direction: 'ingress',
    protocol: '-1',
    fromPort: -1,
    toPort: -1,
    source: { groupId, ownerId: '111111111111' },
    tags: new Map(),
  });
  await bed.eks.send(new DeleteClusterCommand({ name }));
  await bed.settle();
  expect(bed.server.fabric.securityGroups.has(groupId)).toBe(true);
});

test('cluster: fails with an issue when the Kubernetes side does', async () => {
  bed.kubernetes.createCluster = () => Promise.reject(new Error('no port left'));
  await bed.create();
  await bed.settle();
  expect(await describe()).toMatchObject({
    status: 'FAILED',
    health: { issues: [{ code: 'InternalFailure', message: 'no port left' }] },
  });
});

const inSubnets = (...subnetIds: string[]) => ({ resourcesVpcConfig: { subnetIds } });
const refused: [string, object, string, RegExp][] = [
  ['a name with a dot', { name: 'a.b' }, 'InvalidParameterException', /not valid/],
  ['an old version', { version: '1.20' }, 'InvalidParameterException', /unsupported Kubernetes version 1\.20/],
  [
    'a missing role',
    { roleArn: `${clusterRole}-x` },
    'InvalidParameterException',
    /does not exist or the trusted entity is not correct/,
  ],
  [
    'a role that trusts others',
    { roleArn: nodeRole },
    'InvalidParameterException',
    /the trusted entity is not correct/,
  ],
  ['one zone', inSubnets('subnet-a'), 'InvalidParameterException', /at least two different AZs/],
  [
    'an unknown subnet',
    inSubnets('subnet-a', 'subnet-x'),
    'InvalidParameterException',
    /subnet ID 'subnet-x' does not exist/,
  ],
  ['two VPCs', inSubnets('subnet-a', 'subnet-other'), 'InvalidParameterException', /different VPCs/],
  [
    'a group of another VPC',
    { resourcesVpcConfig: { subnetIds: ['subnet-a', 'subnet-b'], securityGroupIds: ['sg-other'] } },
    'InvalidParameterException',
    /\[sg-other\] do not exist/,
  ],
  ['encryption', { encryptionConfig: [{ resources: ['secrets'] }] }, 'InvalidParameterException', /encryptionConfig/],
];

test.each(refused)('CreateCluster: %s is refused', async (_, more, error, message) => {
  await expect(bed.create(more)).rejects.toMatchObject({ name: error, message: expect.stringMatching(message) });
});

test('CreateCluster: a role without the EKS policies is refused', async () => {
  const roleArn = await addRole(bed.server, { name: 'bare', service: 'eks.amazonaws.com' });
  await expect(bed.create({ roleArn })).rejects.toThrow(/doesn't have the Amazon EKS Managed Policies associated/);
});

test('CreateCluster: a name that is taken is refused', async () => {
  await bed.create();
  await expect(bed.create()).rejects.toMatchObject({
    name: 'ResourceInUseException',
    clusterName: name,
    message: `Cluster already exists with name: ${name}`,
  });
});

test('DeleteCluster: is refused with node groups, while creating, and when protected', async () => {
  await bed.create();
  const remove = () => bed.eks.send(new DeleteClusterCommand({ name }));
  await expect(remove()).rejects.toMatchObject({ name: 'ResourceInUseException' });
  await bed.settle();
  const subnets = ['subnet-a'];
  await bed.eks.send(new CreateNodegroupCommand({ clusterName: name, nodegroupName: 'nodes', subnets, nodeRole }));
  await expect(remove()).rejects.toThrow('Cluster has nodegroups attached');
  await bed.create({ name: 'protected', deletionProtection: true });
  await bed.settle();
  await expect(bed.eks.send(new DeleteClusterCommand({ name: 'protected' }))).rejects.toMatchObject({
    name: 'InvalidRequestException',
  });
});

test('clusters: are listed for their account only', async () => {
  await bed.create();
  expect((await bed.eks.send(new ListClustersCommand({}))).clusters).toEqual([name]);
  const other = new EKSClient(bed.server.client(external));
  expect((await other.send(new ListClustersCommand({}))).clusters).toEqual([]);
});

test('cluster: tags are added and removed', async () => {
  await bed.create();
  const resourceArn = (await describe())?.arn ?? '';
  await bed.eks.send(new TagResourceCommand({ resourceArn, tags: { a: '1', b: '2' } }));
  await bed.eks.send(new UntagResourceCommand({ resourceArn, tagKeys: ['a'] }));
  expect((await bed.eks.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual({ b: '2' });
  const missing = new ListTagsForResourceCommand({ resourceArn: `${resourceArn}x` });
  await expect(bed.eks.send(missing)).rejects.toMatchObject({ name: 'NotFoundException' });
});

test('cluster: its endpoint, logs and authentication mode can be changed, one kind at a time', async () => {
  await bed.create({ accessConfig: { authenticationMode: 'CONFIG_MAP' } });
  await bed.settle();
  const change = (input: object) => bed.eks.send(new UpdateClusterConfigCommand({ name, ...input }));
  await change({ resourcesVpcConfig: { endpointPrivateAccess: true } });
  await change({ logging: { clusterLogging: [{ types: ['api', 'audit'], enabled: true }] } });
  const { update } = await change({ accessConfig: { authenticationMode: 'API_AND_CONFIG_MAP' } });
  const described = await bed.eks.send(new DescribeUpdateCommand({ name, updateId: update?.id ?? '' }));
  expect(described.update).toMatchObject({ status: 'Successful', type: 'AccessConfigUpdate' });
  expect(await describe()).toMatchObject({
    resourcesVpcConfig: { endpointPublicAccess: true, endpointPrivateAccess: true },
    logging: { clusterLogging: [{ types: ['api', 'audit'], enabled: true }, { enabled: false }] },
    accessConfig: { authenticationMode: 'API_AND_CONFIG_MAP' },
  });
  for (const wrong of [
    {},
    { resourcesVpcConfig: { endpointPrivateAccess: true } },
    { resourcesVpcConfig: { endpointPublicAccess: false, endpointPrivateAccess: false } },
    { resourcesVpcConfig: { subnetIds: ['subnet-a'] } },
    { accessConfig: { authenticationMode: 'CONFIG_MAP' } },
  ]) {
    await expect(change(wrong)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  }
});

test('cluster: versions, access policies, and what nobody can make here', async () => {
  await bed.create();
  await bed.settle();
  const call = (operation: string, input: object = {}) => asAdministrator(bed.server, 'eks', operation, { ...input });
  expect(await call('DescribeClusterVersions', { defaultOnly: true })).toMatchObject({
    clusterVersions: [{ clusterVersion: '1.34' }],
  });
  expect(await call('ListFargateProfiles', { clusterName: name })).toEqual({ fargateProfileNames: [] });
  expect(await call('ListIdentityProviderConfigs', { clusterName: name })).toEqual({ identityProviderConfigs: [] });
  const { accessPolicies = [] } = await call('ListAccessPolicies');
  expect(accessPolicies).toContainEqual(expect.objectContaining({ name: 'AmazonEKSClusterAdminPolicy' }));
  const principalArn = 'arn:aws:iam::111111111111:user/admin';
  const entry = await call('UpdateAccessEntry', { clusterName: name, principalArn, kubernetesGroups: ['viewers'] });
  expect(entry).toMatchObject({ accessEntry: { kubernetesGroups: ['viewers'] } });
});
