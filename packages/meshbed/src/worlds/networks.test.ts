import {
  AcceptVpcPeeringConnectionCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcPeeringConnectionCommand,
} from '@aws-sdk/client-ec2';
import { CreateClusterCommand } from '@aws-sdk/client-eks';
import { AttachRolePolicyCommand, CreateRoleCommand } from '@aws-sdk/client-iam';
import { ready, waiting } from '@meshbed/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createWorld, eventually, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

type Account = 'aws' | 'external';

async function createVpc(account: Account, Name: string, CidrBlock: string): Promise<string> {
  const Tags = Object.entries({ Name, 'meshbed/cluster': 'istio-ecs-demo' }).map(([Key, Value]) => ({ Key, Value }));
  const TagSpecifications = [{ ResourceType: 'vpc' as const, Tags }];
  const { Vpc } = await world[account].ec2.send(new CreateVpcCommand({ CidrBlock, TagSpecifications }));
  return Vpc?.VpcId ?? '';
}

async function createSubnet(VpcId: string, AvailabilityZone: string, CidrBlock: string): Promise<string> {
  const { Subnet } = await world.aws.ec2.send(new CreateSubnetCommand({ VpcId, AvailabilityZone, CidrBlock }));
  return Subnet?.SubnetId ?? '';
}

async function createRole(Service: string): Promise<string> {
  const Statement = [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }];
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  const { Role } = await world.aws.iam.send(new CreateRoleCommand({ RoleName: 'theirs', AssumeRolePolicyDocument }));
  const PolicyArn = 'arn:aws:iam::aws:policy/AmazonEKSClusterPolicy';
  await world.aws.iam.send(new AttachRolePolicyCommand({ RoleName: 'theirs', PolicyArn }));
  return Role?.Arn ?? '';
}

/** Before anything is made, and before anything is asked for long. */
async function firstStep() {
  const { outcomes, failures, changes } = await world.run({ scenario: '3', selection: { to: 'infrastructure_iam' } });
  expect(outcomes).toMatchObject({ sso_login: 'failed', eks_cluster: 'blocked', infrastructure_iam: 'blocked' });
  expect(changes).toEqual([]);
  return failures['sso_login'];
}

test('overlapping networks: both are named before anything is made', async () => {
  const external = await createVpc('external', 'istio-ecs-external-vpc', '192.168.128.0/17');
  expect(await firstStep()).toContain(
    `istio-ecs-demo/VPC (192.168.0.0/16) and istio-ecs-external-vpc (${external}, 192.168.128.0/17) overlap`,
  );
});

test('EKS cluster of the same name: one that somebody else made is named before anything is made', async () => {
  const vpc = await createVpc('aws', 'theirs', '10.9.0.0/16');
  const subnets = await Promise.all(
    ['a', 'b'].map((zone, at) => createSubnet(vpc, `us-east-2${zone}`, `10.9.${at}.0/24`)),
  );
  const roleArn = await createRole('eks.amazonaws.com');
  await world.aws.eks.send(
    new CreateClusterCommand({ name: 'istio-ecs-demo', roleArn, resourcesVpcConfig: { subnetIds: subnets } }),
  );
  expect(await firstStep()).toMatch(
    /an EKS cluster istio-ecs-demo that meshbed did not make[^]*its network is vpc-[^]*--cluster-name/,
  );
});

test.each<[string, Account, Account, string]>([
  ['the external network is peered with an older cluster', 'external', 'aws', '192.168.0.0/16'],
  ['the network of EKS is peered with another 10.1', 'aws', 'external', '10.1.0.0/24'],
])('existing peering: %s', async (_name, own, other, cidr) => {
  const name = own === 'external' ? 'istio-ecs-external-vpc' : 'istio-ecs-demo/VPC';
  const ownCidr = own === 'external' ? '10.1.0.0/16' : '192.168.0.0/16';
  const [ownVpc, otherVpc] = [await createVpc(own, name, ownCidr), await createVpc(other, 'older', cidr)];
  const peering = await peer(other, otherVpc, { account: own, vpc: ownVpc });
  expect(await firstStep()).toMatch(
    new RegExp(
      `${name} \\(${ownVpc}, ${ownCidr}\\) is already peered with ${otherVpc} \\(${cidr}, account \\d+\\), which overlaps[^]*object: ${peering}`,
    ),
  );
});

async function peer(from: Account, VpcId: string, to: { account: Account; vpc: string }): Promise<string> {
  const { id: PeerOwnerId } = world[to.account].access;
  const { VpcPeeringConnection } = await world[from].ec2.send(
    new CreateVpcPeeringConnectionCommand({ VpcId, PeerVpcId: to.vpc, PeerOwnerId }),
  );
  const VpcPeeringConnectionId = VpcPeeringConnection?.VpcPeeringConnectionId ?? '';
  await eventually('the other account sees the request', () =>
    world[to.account].ec2.send(new AcceptVpcPeeringConnectionCommand({ VpcPeeringConnectionId })).then(
      () => ready(true),
      (error: Error) => waiting(error.message),
    ),
  );
  return VpcPeeringConnectionId;
}
