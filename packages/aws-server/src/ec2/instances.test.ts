import * as EC2 from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { refusal } from '../testing/errors.ts';
import { createSubnet, createVpc, quickly } from '../testing/vpc.ts';
import { local, type TestServer, testServer } from '../testing/server.ts';
import { launchInstance } from './instances.ts';

let server: TestServer;
let ec2: EC2.EC2Client;
beforeAll(async () => {
  server = await testServer();
  ec2 = new EC2.EC2Client(server.client());
});
afterAll(() => server[Symbol.asyncDispose]());

test('a node: described, found by tag, terminated with its interface', async () => {
  const subnetId = await createSubnet(ec2, await createVpc(ec2), '10.1.1.0/24');
  let told = 0;
  const instance = launchInstance(server.aws.world, {
    account: local,
    region: 'us-east-2',
    subnetId,
    groupIds: [],
    instanceType: 't2.medium',
    tags: new Map([['eks:nodegroup-name', 'managed-nodes']]),
    onTerminated: () => void told++,
  });
  const InstanceIds = [instance.id];
  await EC2.waitUntilInstanceRunning(quickly(ec2), { InstanceIds });
  const Filters = [{ Name: 'tag:eks:nodegroup-name', Values: ['managed-nodes'] }];
  const { Reservations } = await ec2.send(new EC2.DescribeInstancesCommand({ Filters }));
  expect(Reservations?.[0]?.Instances?.[0]).toMatchObject({
    InstanceId: instance.id,
    InstanceType: 't2.medium',
    SubnetId: subnetId,
    PrivateIpAddress: '10.1.1.4',
    PrivateDnsName: 'ip-10-1-1-4.us-east-2.compute.internal',
    Placement: { AvailabilityZone: 'us-east-2a' },
  });
  expect(server.fabric.interfaces.has(instance.eniId)).toBe(true);
  const { TerminatingInstances } = await ec2.send(new EC2.TerminateInstancesCommand({ InstanceIds }));
  expect(TerminatingInstances).toMatchObject([
    { PreviousState: { Name: 'running' }, CurrentState: { Name: 'shutting-down' } },
  ]);
  await EC2.waitUntilInstanceTerminated(quickly(ec2), { InstanceIds });
  expect(server.fabric.interfaces.has(instance.eniId)).toBe(false);
  expect(told).toBe(1);
  await ec2.send(new EC2.DeleteSubnetCommand({ SubnetId: subnetId }));
});

test('a node in a subnet that gives out public addresses has one', async () => {
  const subnetId = await createSubnet(ec2, await createVpc(ec2), '10.1.1.0/24');
  await ec2.send(new EC2.ModifySubnetAttributeCommand({ SubnetId: subnetId, MapPublicIpOnLaunch: { Value: true } }));
  const place = { account: local, region: 'us-east-2', subnetId };
  const { id } = launchInstance(server.aws.world, {
    ...place,
    groupIds: [],
    instanceType: 't2.medium',
    tags: new Map(),
  });
  const { Reservations } = await ec2.send(new EC2.DescribeInstancesCommand({ InstanceIds: [id] }));
  expect(Reservations?.[0]?.Instances?.[0]?.PublicIpAddress).toMatch(/^\d+\./);
});

test('unknown instance: refused', async () => {
  const call = ec2.send(new EC2.TerminateInstancesCommand({ InstanceIds: ['i-0123456789abcdef0'] }));
  expect(await refusal(call)).toMatchObject({ code: 'InvalidInstanceID.NotFound' });
});
