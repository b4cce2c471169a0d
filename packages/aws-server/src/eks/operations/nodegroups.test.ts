import {
  CreateAddonCommand,
  CreateNodegroupCommand,
  type CreateNodegroupCommandInput,
  DeleteAddonCommand,
  DeleteNodegroupCommand,
  DescribeAccessEntryCommand,
  DescribeAddonCommand,
  DescribeAddonVersionsCommand,
  DescribeNodegroupCommand,
  DescribeUpdateCommand,
  ListAddonsCommand,
  ListNodegroupsCommand,
  UpdateNodegroupConfigCommand,
  waitUntilAddonActive,
  waitUntilNodegroupActive,
  waitUntilNodegroupDeleted,
} from '@aws-sdk/client-eks';
import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
} from '@aws-sdk/client-auto-scaling';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clusterRole, eksBed, type EksBed, name, nodeRole } from '../../testing/eks.ts';
import { addRole, asAdministrator } from '../../testing/roles.ts';

let bed: EksBed;
beforeEach(async () => {
  bed = await eksBed();
  await bed.create();
  await bed.settle();
});
afterEach(() => bed[Symbol.asyncDispose]());

const clusterName = name;
const nodegroupName = 'managed-nodes';
const addAddon = (addonName: string) => bed.eks.send(new CreateAddonCommand({ clusterName, addonName }));
const addGroup = (more: Partial<CreateNodegroupCommandInput> = {}) =>
  bed.eks.send(
    new CreateNodegroupCommand({
      clusterName,
      nodegroupName,
      subnets: ['subnet-a', 'subnet-b'],
      nodeRole,
      instanceTypes: ['t2.medium'],
      scalingConfig: { minSize: 1, maxSize: 3, desiredSize: 2 },
      ...more,
    }),
  );
const group = async () => (await bed.eks.send(new DescribeNodegroupCommand({ clusterName, nodegroupName }))).nodegroup;
const addon = async (addonName: string) =>
  (await bed.eks.send(new DescribeAddonCommand({ clusterName, addonName }))).addon;
const waiting = () => ({ client: bed.eks, maxWaitTime: 5, minDelay: 1, maxDelay: 1 });
const nodes = () => [...bed.kubernetes.nodes.values()];

test('node group: starts instances in its subnets and joins them', async () => {
  await addAddon('vpc-cni');
  expect((await addGroup()).nodegroup).toMatchObject({ status: 'CREATING', version: '1.34' });
  await bed.settle();
  expect(await waitUntilNodegroupActive(waiting(), { clusterName, nodegroupName })).toMatchObject({ state: 'SUCCESS' });
  expect(nodes().map(({ zone }) => zone)).toEqual(['us-east-2a', 'us-east-2b']);
  const [node] = nodes();
  expect(node).toMatchObject({
    cluster: name,
    instanceType: 't2.medium',
    nodeGroup: nodegroupName,
    nodeRoleArn: nodeRole,
  });
  expect(node?.name).toBe(`ip-${node?.ip.replaceAll('.', '-')}.us-east-2.compute.internal`);
  const eni = bed.server.fabric.interfaces.get(node?.eniId ?? '');
  expect(bed.server.fabric.securityGroups.get(eni?.groupIds[0] ?? '')?.name).toMatch(/^eks-cluster-sg-/);
  expect(eni?.attachment?.instanceId).toBe(node?.instanceId);
  const found = await asAdministrator(bed.server, 'ec2', 'DescribeInstances', { InstanceIds: [node?.instanceId] });
  expect(found).toMatchObject({
    Reservations: [{ Instances: [{ State: { Name: 'running' }, PrivateIpAddress: node?.ip }] }],
  });
  const entry = new DescribeAccessEntryCommand({ clusterName, principalArn: nodeRole });
  expect((await bed.eks.send(entry)).accessEntry).toMatchObject({
    type: 'EC2_LINUX',
    kubernetesGroups: ['system:nodes'],
  });
});

test('node group: deleting it takes nodes, instances and interfaces along', async () => {
  await addAddon('vpc-cni');
  await addGroup();
  await bed.settle();
  const instanceId = nodes()[0]?.instanceId;
  await bed.eks.send(new DeleteNodegroupCommand({ clusterName, nodegroupName }));
  expect((await group())?.status).toBe('DELETING');
  await bed.settle();
  expect(await waitUntilNodegroupDeleted(waiting(), { clusterName, nodegroupName })).toMatchObject({
    state: 'SUCCESS',
  });
  expect([nodes(), bed.server.fabric.interfaces.size]).toEqual([[], 2]);
  const found = await asAdministrator(bed.server, 'ec2', 'DescribeInstances', { InstanceIds: [instanceId] });
  expect(found).toMatchObject({ Reservations: [{ Instances: [{ State: { Name: 'terminated' } }] }] });
});

test('node group: scales, and tells the update', async () => {
  await addAddon('vpc-cni');
  await addGroup();
  await bed.settle();
  const scaled = async (desiredSize: number) => {
    const { update } = await bed.eks.send(
      new UpdateNodegroupConfigCommand({
        clusterName,
        nodegroupName,
        scalingConfig: { desiredSize },
        labels: { addOrUpdateLabels: { a: 'b' } },
      }),
    );
    expect((await group())?.status).toBe('UPDATING');
    await bed.settle();
    const described = await bed.eks.send(new DescribeUpdateCommand({ name, updateId: update?.id, nodegroupName }));
    expect(described.update).toMatchObject({ status: 'Successful', type: 'ConfigUpdate' });
    return nodes().length;
  };
  expect([await scaled(3), await scaled(1)]).toEqual([3, 1]);
  expect(await group()).toMatchObject({ status: 'ACTIVE', labels: { a: 'b' }, scalingConfig: { desiredSize: 1 } });
  expect(bed.server.fabric.interfaces.size).toBe(3);
});

test('node group: an instance that somebody terminates is replaced', async () => {
  await addAddon('vpc-cni');
  await addGroup({ scalingConfig: { minSize: 1, maxSize: 1, desiredSize: 1 } });
  await bed.settle();
  const [first] = nodes();
  await asAdministrator(bed.server, 'ec2', 'TerminateInstances', { InstanceIds: [first?.instanceId] });
  await bed.settle();
  expect(nodes()).toHaveLength(1);
  expect(nodes()[0]?.instanceId).not.toBe(first?.instanceId);
});

test('node group: without a network plugin its nodes do not get ready', async () => {
  await addGroup();
  await bed.settle();
  expect(await group()).toMatchObject({
    status: 'CREATE_FAILED',
    health: { issues: [{ code: 'NodeCreationFailure' }] },
  });
});

const refused: [string, Partial<CreateNodegroupCommandInput>, string, RegExp][] = [
  ['an unknown cluster', { clusterName: 'none' }, 'ResourceNotFoundException', /No cluster found/],
  ['a bad name', { nodegroupName: 'a.b' }, 'InvalidParameterException', /not valid/],
  ['a missing role', { nodeRole: `${nodeRole}-x` }, 'InvalidParameterException', /does not exist/],
  ['a role that trusts others', { nodeRole: clusterRole }, 'InvalidParameterException', /trusted entity/],
  ['an unknown subnet', { subnets: ['subnet-x'] }, 'InvalidParameterException', /'subnet-x' does not exist/],
  ['a subnet elsewhere', { subnets: ['subnet-other'] }, 'InvalidParameterException', /not in the VPC of the cluster/],
  [
    'too many nodes',
    { scalingConfig: { minSize: 1, maxSize: 1, desiredSize: 2 } },
    'InvalidParameterException',
    /can't be greater than max size/,
  ],
  [
    'a launch template that is not there',
    { launchTemplate: { name: 'x' } },
    'InvalidRequestException',
    /You do not have a launch template/,
  ],
];
test.each(refused)('CreateNodegroup: %s is refused', async (_, more, error, message) => {
  await expect(addGroup(more)).rejects.toMatchObject({ name: error, message: expect.stringMatching(message) });
});

test('CreateNodegroup: a role without the worker policies is refused', async () => {
  const bare = await addRole(bed.server, {
    name: 'bare',
    service: 'ec2.amazonaws.com',
    managed: ['AmazonEKSWorkerNodePolicy'],
  });
  await expect(addGroup({ nodeRole: bare })).rejects.toThrow(/missing: AmazonEC2ContainerRegistryPullOnly/);
});

test('CreateNodegroup: a taken name and a cluster that is not there yet are refused', async () => {
  await addGroup();
  await expect(addGroup()).rejects.toMatchObject({ name: 'ResourceInUseException', nodegroupName });
  expect((await bed.eks.send(new ListNodegroupsCommand({ clusterName }))).nodegroups).toEqual([nodegroupName]);
  await bed.create({ name: 'young' });
  await expect(addGroup({ clusterName: 'young' })).rejects.toMatchObject({ name: 'InvalidRequestException' });
});

test('DescribeNodegroup: an unknown one is not found', async () => {
  await expect(group()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('add-ons: get active, coredns is degraded until there are nodes', async () => {
  await addAddon('vpc-cni');
  await addAddon('coredns');
  expect((await addon('coredns'))?.status).toBe('CREATING');
  await bed.settle();
  expect(await waitUntilAddonActive(waiting(), { clusterName, addonName: 'vpc-cni' })).toMatchObject({
    state: 'SUCCESS',
  });
  expect(await addon('coredns')).toMatchObject({
    status: 'DEGRADED',
    health: { issues: [{ code: 'InsufficientNumberOfReplicas' }] },
  });
  await addGroup();
  await bed.settle();
  expect(await addon('coredns')).toMatchObject({ status: 'ACTIVE', health: { issues: [] } });
  expect((await bed.eks.send(new ListAddonsCommand({ clusterName }))).addons).toEqual(['vpc-cni', 'coredns']);
});

test('add-ons: deleting one takes what it installed along, unless it is to be preserved', async () => {
  await addAddon('vpc-cni');
  await addAddon('kube-proxy');
  await bed.settle();
  await bed.eks.send(new DeleteAddonCommand({ clusterName, addonName: 'vpc-cni' }));
  await bed.eks.send(new DeleteAddonCommand({ clusterName, addonName: 'kube-proxy', preserve: true }));
  expect((await addon('vpc-cni'))?.status).toBe('DELETING');
  await bed.settle();
  await expect(addon('vpc-cni')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  expect([...bed.kubernetes.addons]).toEqual([`${name}/kube-proxy`]);
});

const addonFailures: [string, () => Promise<unknown>, string, RegExp][] = [
  [
    'a taken name',
    () => addAddon('vpc-cni').then(() => addAddon('vpc-cni')),
    'ResourceInUseException',
    /Addon already exists\./,
  ],
  ['an unknown add-on', () => addAddon('none'), 'InvalidParameterException', /not supported/],
  [
    'an unknown version',
    () => bed.eks.send(new CreateAddonCommand({ clusterName, addonName: 'coredns', addonVersion: 'v0' })),
    'InvalidParameterException',
    /v0/,
  ],
  [
    'an unknown cluster',
    () => bed.eks.send(new CreateAddonCommand({ clusterName: 'none', addonName: 'coredns' })),
    'ResourceNotFoundException',
    /No cluster found/,
  ],
];
test.each(addonFailures)('CreateAddon: %s is refused', async (_, call, error, message) => {
  await expect(call()).rejects.toMatchObject({ name: error, message: expect.stringMatching(message) });
});

test('add-on versions: are told per Kubernetes version', async () => {
  const { addons } = await bed.eks.send(
    new DescribeAddonVersionsCommand({ addonName: 'eks-pod-identity-agent', kubernetesVersion: '1.34' }),
  );
  expect(addons).toMatchObject([
    { addonName: 'eks-pod-identity-agent', addonVersions: [{ compatibilities: [{ clusterVersion: '1.34' }] }] },
  ]);
});

test('node group: its scaling group is shown by Auto Scaling', async () => {
  await addGroup();
  await bed.settle();
  const client = new AutoScalingClient(bed.server.client());
  client.config.systemClockOffset = bed.clock.now() - Date.now();
  const AutoScalingGroupName = (await group())?.resources?.autoScalingGroups?.[0]?.name ?? '';
  const described = (Filters: { Name: string; Values: string[] }[]) =>
    client.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [AutoScalingGroupName], Filters }));
  const { AutoScalingGroups } = await described([{ Name: 'tag:eks:cluster-name', Values: [name] }]);
  expect(AutoScalingGroups).toMatchObject([
    { AutoScalingGroupName, DesiredCapacity: 2, VPCZoneIdentifier: 'subnet-a,subnet-b' },
  ]);
  const healthy = { LifecycleState: 'InService', HealthStatus: 'Healthy' };
  expect(AutoScalingGroups?.[0]?.Instances).toMatchObject([healthy, healthy]);
  expect((await described([{ Name: 'tag-key', Values: ['nothing'] }])).AutoScalingGroups).toEqual([]);
  const { AutoScalingInstances } = await client.send(new DescribeAutoScalingInstancesCommand({}));
  expect(AutoScalingInstances).toMatchObject([{ AutoScalingGroupName }, { AutoScalingGroupName }]);
});
