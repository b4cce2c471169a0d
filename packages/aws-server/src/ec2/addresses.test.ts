import * as EC2 from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { refusal } from '../testing/errors.ts';
import { external, local, type TestServer, testServer } from '../testing/server.ts';
import { createGroup, createSubnet, createVpc } from '../testing/vpc.ts';
import { launchInstance } from './instances.ts';

let server: TestServer;
let ec2: EC2.EC2Client;
let other: EC2.EC2Client;
let vpc: string;

beforeAll(async () => {
  server = await testServer();
  ec2 = new EC2.EC2Client(server.client());
  other = new EC2.EC2Client(server.client(external));
  vpc = await createVpc(ec2);
});
afterAll(() => server[Symbol.asyncDispose]());

test('elastic IP: goes on an instance, moves only when told to, and comes off', async () => {
  const subnetId = await createSubnet(ec2, vpc, '10.1.1.0/24');
  const launch = () =>
    launchInstance(server.aws.world, {
      account: local,
      region: 'us-east-2',
      subnetId,
      groupIds: [],
      instanceType: 't2.medium',
      tags: new Map(),
    });
  const [first, second] = [launch(), launch()];
  const { AllocationId, PublicIp } = await ec2.send(new EC2.AllocateAddressCommand({ Domain: 'vpc' }));
  const on = (InstanceId: string, more = {}) =>
    ec2.send(new EC2.AssociateAddressCommand({ AllocationId, InstanceId, ...more }));
  await on(first.id);
  expect((await refusal(on(second.id))).code).toBe('Resource.AlreadyAssociated');
  const { AssociationId } = await on(second.id, { AllowReassociation: true });
  expect(server.fabric.interfaces.get(first.eniId)?.publicIps.size).toBe(0);
  expect(server.fabric.interfaces.get(second.eniId)?.publicIps.get(second.privateIp)).toBe(PublicIp);
  expect((await refusal(ec2.send(new EC2.ReleaseAddressCommand({ AllocationId })))).code).toBe(
    'InvalidIPAddress.InUse',
  );
  await ec2.send(new EC2.DisassociateAddressCommand({ AssociationId }));
  await ec2.send(new EC2.ReleaseAddressCommand({ AllocationId }));
  expect((await refusal(ec2.send(new EC2.DisassociateAddressCommand({ AssociationId })))).code).toBe(
    'InvalidAssociationID.NotFound',
  );
});

test('stale rule: one whose group in the peer VPC lost the peering', async () => {
  const peer = await createVpc(other, '10.2.0.0/16');
  const GroupId = await createGroup(ec2, vpc, 'admits-the-peer');
  const peerGroup = await createGroup(other, peer, 'peer');
  const { VpcPeeringConnection } = await ec2.send(
    new EC2.CreateVpcPeeringConnectionCommand({ VpcId: vpc, PeerVpcId: peer, PeerOwnerId: external }),
  );
  const VpcPeeringConnectionId = VpcPeeringConnection?.VpcPeeringConnectionId;
  const accept = () => other.send(new EC2.AcceptVpcPeeringConnectionCommand({ VpcPeeringConnectionId }));
  await expect
    .poll(() =>
      accept().then(
        () => true,
        () => false,
      ),
    )
    .toBe(true);
  const status = async () =>
    (await ec2.send(new EC2.DescribeVpcPeeringConnectionsCommand({}))).VpcPeeringConnections?.[0]?.Status?.Code;
  await expect.poll(status).toBe('active');
  const UserIdGroupPairs = [{ GroupId: peerGroup, UserId: external }];
  const IpPermissions = [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, UserIdGroupPairs }];
  await ec2.send(new EC2.AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
  const stale = async () =>
    (await ec2.send(new EC2.DescribeStaleSecurityGroupsCommand({ VpcId: vpc }))).StaleSecurityGroupSet;
  expect(await stale()).toEqual([]);
  const modify = (options: object) =>
    ec2.send(new EC2.ModifyVpcPeeringConnectionOptionsCommand({ VpcPeeringConnectionId, ...options }));
  await modify({ RequesterPeeringConnectionOptions: { AllowDnsResolutionFromRemoteVpc: false } });
  const foreign = modify({ AccepterPeeringConnectionOptions: { AllowDnsResolutionFromRemoteVpc: false } });
  expect((await refusal(foreign)).code).toBe('OperationNotPermitted');
  await ec2.send(new EC2.DeleteVpcPeeringConnectionCommand({ VpcPeeringConnectionId }));
  await expect.poll(stale).toMatchObject([{ GroupId, StaleIpPermissions: [{ FromPort: 80 }] }]);
});

test('regions: are listed and filtered, an unknown one is refused', async () => {
  const named = await ec2.send(new EC2.DescribeRegionsCommand({ RegionNames: ['us-east-2'] }));
  expect(named.Regions).toEqual([
    { RegionName: 'us-east-2', Endpoint: 'ec2.us-east-2.amazonaws.com', OptInStatus: 'opt-in-not-required' },
  ]);
  const strange = ec2.send(new EC2.DescribeRegionsCommand({ RegionNames: ['mars-1'] }));
  expect((await refusal(strange)).code).toBe('InvalidParameterValue');
});
