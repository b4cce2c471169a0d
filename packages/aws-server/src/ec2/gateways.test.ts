import * as EC2 from '@aws-sdk/client-ec2';
import { virtualClock } from '@meshbed/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusal } from '../testing/errors.ts';
import { createGateway, createNat, createSubnet, createTable, createVpc, quickly } from '../testing/vpc.ts';
import { type TestServer, testServer } from '../testing/server.ts';

let server: TestServer;
let ec2: EC2.EC2Client;
beforeAll(async () => {
  server = await testServer();
  ec2 = new EC2.EC2Client(server.client());
});
afterAll(() => server[Symbol.asyncDispose]());

const natOf = async (id: string, client = ec2) =>
  (await client.send(new EC2.DescribeNatGatewaysCommand({ NatGatewayIds: [id] }))).NatGateways?.[0];

describe('Internet gateways', () => {
  test('attach, describe by VPC, detach, delete', async () => {
    const VpcId = await createVpc(ec2);
    const InternetGatewayId = await createGateway(ec2, VpcId);
    const Filters = [{ Name: 'attachment.vpc-id', Values: [VpcId] }];
    const { InternetGateways } = await ec2.send(new EC2.DescribeInternetGatewaysCommand({ Filters }));
    expect(InternetGateways).toMatchObject([{ InternetGatewayId, Attachments: [{ VpcId, State: 'available' }] }]);
    const attach = (id: string) => ec2.send(new EC2.AttachInternetGatewayCommand({ InternetGatewayId: id, VpcId }));
    const second = await createGateway(ec2);
    expect(await refusal(attach(InternetGatewayId))).toMatchObject({ code: 'Resource.AlreadyAssociated' });
    expect(await refusal(attach(second))).toMatchObject({ code: 'InvalidParameterValue' });
    const remove = () => ec2.send(new EC2.DeleteInternetGatewayCommand({ InternetGatewayId }));
    expect(await refusal(remove())).toMatchObject({ code: 'DependencyViolation' });
    const detach = () => ec2.send(new EC2.DetachInternetGatewayCommand({ InternetGatewayId, VpcId }));
    await detach();
    expect(await refusal(detach())).toMatchObject({ code: 'Gateway.NotAttached' });
    await remove();
    expect(await refusal(remove())).toMatchObject({ code: 'InvalidInternetGatewayID.NotFound' });
    await ec2.send(new EC2.DeleteVpcCommand({ VpcId }));
  });
});

describe('NAT gateways', () => {
  test('its life: interface, address in use, what it blocks, and what is left', async () => {
    const VpcId = await createVpc(ec2);
    const SubnetId = await createSubnet(ec2, VpcId, '10.1.4.0/24');
    const InternetGatewayId = await createGateway(ec2, VpcId);
    const { natId, allocationId } = await createNat(ec2, SubnetId);
    await EC2.waitUntilNatGatewayAvailable(quickly(ec2), { NatGatewayIds: [natId] });
    const nat = await natOf(natId);
    expect(nat).toMatchObject({ State: 'available', NatGatewayAddresses: [{ AllocationId: allocationId }] });
    const Filters = [{ Name: 'interface-type', Values: ['nat_gateway'] }];
    const { NetworkInterfaces } = await ec2.send(new EC2.DescribeNetworkInterfacesCommand({ Filters }));
    expect(NetworkInterfaces).toMatchObject([
      { SubnetId, Status: 'in-use', RequesterManaged: true, Description: `Interface for NAT Gateway ${natId}` },
    ]);
    const NetworkInterfaceId = NetworkInterfaces?.[0]?.NetworkInterfaceId;
    const calls: [Promise<unknown>, string][] = [
      [ec2.send(new EC2.ReleaseAddressCommand({ AllocationId: allocationId })), 'InvalidIPAddress.InUse'],
      [ec2.send(new EC2.DetachInternetGatewayCommand({ InternetGatewayId, VpcId })), 'DependencyViolation'],
      [ec2.send(new EC2.DeleteSubnetCommand({ SubnetId })), 'DependencyViolation'],
      [ec2.send(new EC2.DeleteNetworkInterfaceCommand({ NetworkInterfaceId })), 'InvalidParameterValue'],
      [
        ec2.send(new EC2.CreateNatGatewayCommand({ SubnetId, AllocationId: allocationId })),
        'Resource.AlreadyAssociated',
      ],
    ];
    for (const [call, code] of calls) expect(await refusal(call)).toMatchObject({ code });
    await ec2.send(new EC2.DeleteNatGatewayCommand({ NatGatewayId: natId }));
    await EC2.waitUntilNatGatewayDeleted(quickly(ec2), { NatGatewayIds: [natId] });
    expect(await natOf(natId)).toMatchObject({ State: 'deleted' });
    await ec2.send(new EC2.ReleaseAddressCommand({ AllocationId: allocationId }));
    await ec2.send(new EC2.DetachInternetGatewayCommand({ InternetGatewayId, VpcId }));
    await ec2.send(new EC2.DeleteSubnetCommand({ SubnetId }));
    await ec2.send(new EC2.DeleteVpcCommand({ VpcId }));
  });

  test('without an Internet gateway: fails with the reason, the address is free again', async () => {
    const VpcId = await createVpc(ec2);
    const { natId, allocationId } = await createNat(ec2, await createSubnet(ec2, VpcId, '10.1.4.0/24'));
    const wait = EC2.waitUntilNatGatewayAvailable(quickly(ec2), { NatGatewayIds: [natId] });
    await expect(wait).rejects.toThrow('FAILURE');
    const failed = { State: 'failed', FailureCode: 'Gateway.NotAttached' };
    expect(await natOf(natId)).toMatchObject({
      ...failed,
      FailureMessage: `Network ${VpcId} has no Internet gateway attached`,
    });
    await ec2.send(new EC2.ReleaseAddressCommand({ AllocationId: allocationId }));
  });

  test('the same client token: the same gateway', async () => {
    const VpcId = await createVpc(ec2);
    const SubnetId = await createSubnet(ec2, VpcId, '10.1.4.0/24');
    const { AllocationId } = await ec2.send(new EC2.AllocateAddressCommand({}));
    const create = () => ec2.send(new EC2.CreateNatGatewayCommand({ SubnetId, AllocationId, ClientToken: 'once' }));
    const [first, second] = [await create(), await create()];
    expect(second.NatGateway?.NatGatewayId).toBe(first.NatGateway?.NatGatewayId);
  });

  test.each<[string, () => Promise<unknown>, string]>([
    ['unknown', () => natOf('nat-0123456789abcdef0'), 'NatGatewayNotFound'],
    [
      'delete unknown',
      () => ec2.send(new EC2.DeleteNatGatewayCommand({ NatGatewayId: 'nat-0123456789abcdef0' })),
      'NatGatewayNotFound',
    ],
    ['no subnet', () => createNat(ec2, 'subnet-0123456789abcdef0'), 'InvalidSubnetID.NotFound'],
    [
      'unknown address',
      () => ec2.send(new EC2.ReleaseAddressCommand({ AllocationId: 'eipalloc-0' })),
      'InvalidAllocationID.NotFound',
    ],
    [
      'unknown public address',
      () => ec2.send(new EC2.DescribeAddressesCommand({ PublicIps: ['192.0.2.9'] })),
      'InvalidAddress.NotFound',
    ],
  ])('%s: refused', async (_, call, code) => {
    expect(await refusal(call())).toMatchObject({ code });
  });
});

test('real profile: a NAT gateway takes two minutes, and a deleted one is listed for an hour', async () => {
  const clock = virtualClock(Date.now());
  await using slow = await testServer({ clock, profile: 'real' });
  const client = new EC2.EC2Client(slow.client());
  const VpcId = await createVpc(client);
  await createGateway(client, VpcId);
  const { natId } = await createNat(client, await createSubnet(client, VpcId, '10.1.4.0/24'));
  const stateAfter = async (ms: number) => {
    await clock.advance(ms);
    client.config.systemClockOffset = clock.now() - Date.now();
    return (await natOf(natId, client))?.State;
  };
  expect(await stateAfter(119_000)).toBe('pending');
  expect(await stateAfter(1_000)).toBe('available');
  await client.send(new EC2.DeleteNatGatewayCommand({ NatGatewayId: natId }));
  expect(await stateAfter(59_000)).toBe('deleting');
  expect(await stateAfter(1_000)).toBe('deleted');
  expect(await refusal(stateAfter(3_600_000))).toMatchObject({ code: 'NatGatewayNotFound' });
});

describe('route tables', () => {
  test('associate, route, replace, delete, with the errors on the way', async () => {
    await using own = await testServer();
    const client = new EC2.EC2Client(own.client());
    const VpcId = await createVpc(client);
    const SubnetId = await createSubnet(client, VpcId, '10.1.4.0/24');
    const GatewayId = await createGateway(client, VpcId);
    const [RouteTableId, otherTable] = [await createTable(client, VpcId), await createTable(client, VpcId)];
    const associate = (id: string) => client.send(new EC2.AssociateRouteTableCommand({ RouteTableId: id, SubnetId }));
    const { AssociationId } = await associate(RouteTableId);
    expect((await associate(RouteTableId)).AssociationId).toBe(AssociationId);
    expect(await refusal(associate(otherTable))).toMatchObject({ code: 'Resource.AlreadyAssociated' });

    const DestinationCidrBlock = '0.0.0.0/0';
    const at = { RouteTableId, DestinationCidrBlock };
    await client.send(new EC2.CreateRouteCommand({ ...at, GatewayId }));
    const routes = async () => {
      const { RouteTables } = await client.send(new EC2.DescribeRouteTablesCommand({ RouteTableIds: [RouteTableId] }));
      return RouteTables?.[0]?.Routes?.filter((route) => route.DestinationCidrBlock === DestinationCidrBlock);
    };
    expect(await routes()).toMatchObject([{ GatewayId, State: 'active', Origin: 'CreateRoute' }]);

    const { natId } = await createNat(client, SubnetId);
    const calls: [Promise<unknown>, string][] = [
      [client.send(new EC2.CreateRouteCommand({ ...at, GatewayId })), 'RouteAlreadyExists'],
      [client.send(new EC2.CreateRouteCommand({ ...at, GatewayId: 'igw-0' })), 'InvalidGatewayID.NotFound'],
      [client.send(new EC2.CreateRouteCommand({ ...at, NatGatewayId: 'nat-0' })), 'InvalidNatGatewayID.NotFound'],
      [
        client.send(new EC2.CreateRouteCommand({ ...at, VpcPeeringConnectionId: 'pcx-0' })),
        'InvalidVpcPeeringConnectionID.NotFound',
      ],
      [client.send(new EC2.CreateRouteCommand(at)), 'MissingParameter'],
      [
        client.send(new EC2.CreateRouteCommand({ ...at, DestinationCidrBlock: '10.1.4.0/24', GatewayId })),
        'InvalidParameterValue',
      ],
      [
        client.send(new EC2.CreateRouteCommand({ ...at, DestinationCidrBlock: 'x', GatewayId })),
        'InvalidParameterValue',
      ],
      [
        client.send(new EC2.ReplaceRouteCommand({ ...at, DestinationCidrBlock: '10.7.0.0/16', GatewayId })),
        'InvalidRoute.NotFound',
      ],
      [
        client.send(new EC2.DeleteRouteCommand({ RouteTableId, DestinationCidrBlock: '10.1.0.0/16' })),
        'InvalidRoute.NotFound',
      ],
      [client.send(new EC2.DeleteRouteTableCommand({ RouteTableId })), 'DependencyViolation'],
      [
        client.send(new EC2.DisassociateRouteTableCommand({ AssociationId: 'rtbassoc-0' })),
        'InvalidAssociationID.NotFound',
      ],
      [
        client.send(new EC2.CreateRouteCommand({ ...at, RouteTableId: 'rtb-0', GatewayId })),
        'InvalidRouteTableID.NotFound',
      ],
    ];
    for (const [call, code] of calls) expect(await refusal(call)).toMatchObject({ code });

    await client.send(new EC2.ReplaceRouteCommand({ ...at, NatGatewayId: natId }));
    await client.send(new EC2.DeleteNatGatewayCommand({ NatGatewayId: natId }));
    await EC2.waitUntilNatGatewayDeleted(quickly(client), { NatGatewayIds: [natId] });
    expect(await routes()).toMatchObject([{ NatGatewayId: natId, State: 'blackhole' }]);
    await client.send(new EC2.DeleteRouteCommand(at));
    expect(await routes()).toEqual([]);
    const { NewAssociationId } = await client.send(
      new EC2.ReplaceRouteTableAssociationCommand({ AssociationId, RouteTableId: otherTable }),
    );
    await client.send(new EC2.DisassociateRouteTableCommand({ AssociationId: NewAssociationId }));
    for (const id of [RouteTableId, otherTable])
      await client.send(new EC2.DeleteRouteTableCommand({ RouteTableId: id }));
  });
});
