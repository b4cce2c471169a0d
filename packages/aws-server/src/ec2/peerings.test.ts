import * as EC2 from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusal } from '../testing/errors.ts';
import { createGroup, createTable, createVpc, named, quickly } from '../testing/vpc.ts';
import { external, local, type TestServer, testServer } from '../testing/server.ts';

let server: TestServer;
let requester: EC2.EC2Client;
let accepter: EC2.EC2Client;
let vpc: string;
let peerVpc: string;
beforeAll(async () => {
  server = await testServer();
  requester = new EC2.EC2Client(server.client(local));
  accepter = new EC2.EC2Client(server.client(external));
  vpc = await createVpc(requester, '192.168.0.0/16');
  peerVpc = await createVpc(accepter, '10.1.0.0/16');
});
afterAll(() => server[Symbol.asyncDispose]());

const create = async (more: Partial<EC2.CreateVpcPeeringConnectionCommandInput> = {}) => {
  const TagSpecifications = named('vpc-peering-connection', 'istio-multi-account-peering');
  const ids = { VpcId: vpc, PeerVpcId: peerVpc, PeerOwnerId: external, PeerRegion: 'us-east-2' };
  const input = { ...ids, TagSpecifications, ...more };
  return (await requester.send(new EC2.CreateVpcPeeringConnectionCommand(input))).VpcPeeringConnection;
};
const accept = (VpcPeeringConnectionId: string, client = accepter) =>
  client.send(new EC2.AcceptVpcPeeringConnectionCommand({ VpcPeeringConnectionId }));
const remove = (VpcPeeringConnectionId: string, client = requester) =>
  client.send(new EC2.DeleteVpcPeeringConnectionCommand({ VpcPeeringConnectionId }));
const list = async (Filters: EC2.Filter[], client = requester) =>
  (await client.send(new EC2.DescribeVpcPeeringConnectionsCommand({ Filters }))).VpcPeeringConnections ?? [];
const status = async (id: string, client = requester) =>
  (await list([{ Name: 'vpc-peering-connection-id', Values: [id] }], client))[0]?.Status?.Code;

/** Waits until the peering has that status for `client`. */
const reaches = async (id: string, code: string, client = requester): Promise<void> => {
  await expect.poll(() => status(id, client), { interval: 5, timeout: 5000 }).toBe(code);
};

describe('across accounts', () => {
  test('request, accept, filters on both sides, tags of each side, routes, delete', async () => {
    const requested = await create();
    const id = requested?.VpcPeeringConnectionId ?? '';
    expect(requested?.Status?.Code).toBe('initiating-request');
    await EC2.waitUntilVpcPeeringConnectionExists(quickly(accepter), { VpcPeeringConnectionIds: [id] });
    await reaches(id, 'pending-acceptance');

    const pending = [
      { Name: 'accepter-vpc-info.vpc-id', Values: [peerVpc] },
      { Name: 'status-code', Values: ['active', 'pending-acceptance'] },
    ];
    expect(await list(pending, accepter)).toMatchObject([
      { RequesterVpcInfo: { VpcId: vpc, CidrBlock: '192.168.0.0/16', OwnerId: local }, Tags: [] },
    ]);
    expect(await refusal(accept(id, requester))).toMatchObject({ code: 'OperationNotPermitted' });
    expect((await accept(id)).VpcPeeringConnection?.Status?.Code).toBe('provisioning');
    await reaches(id, 'active');
    expect(await refusal(accept(id))).toMatchObject({ code: 'InvalidStateTransition' });
    expect(await refusal(create())).toMatchObject({ code: 'VpcPeeringConnectionAlreadyExists' });
    await accepter.send(new EC2.CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'side', Value: 'accepter' }] }));
    const byTag = (Key: string, client: EC2.EC2Client) => list([{ Name: `tag:${Key}`, Values: ['*'] }], client);
    expect(await byTag('side', accepter)).toHaveLength(1);
    expect(await byTag('side', requester)).toHaveLength(0);
    expect(await byTag('Name', requester)).toHaveLength(1);

    const RouteTableId = await createTable(requester, vpc);
    const route = { RouteTableId, DestinationCidrBlock: '10.1.0.0/16', VpcPeeringConnectionId: id };
    await requester.send(new EC2.CreateRouteCommand(route));
    const GroupId = await createGroup(requester, vpc, 'local');
    const peerGroup = await createGroup(accepter, peerVpc, 'peer');
    const IpPermissions = [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: peerGroup, UserId: external }] }];
    await requester.send(new EC2.AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));

    await remove(id, accepter);
    await reaches(id, 'deleted');
    const { RouteTables } = await requester.send(new EC2.DescribeRouteTablesCommand({ RouteTableIds: [RouteTableId] }));
    expect(RouteTables?.[0]?.Routes?.[1]).toMatchObject({ VpcPeeringConnectionId: id, State: 'blackhole' });
    expect(await refusal(remove(id))).toMatchObject({ code: 'InvalidStateTransition' });
  });

  test('rejected: stays visible, a new request is possible', async () => {
    const id = (await create())?.VpcPeeringConnectionId ?? '';
    await reaches(id, 'pending-acceptance');
    expect((await create())?.VpcPeeringConnectionId).toBe(id);
    expect(await refusal(accepter.send(new EC2.DeleteVpcCommand({ VpcId: peerVpc })))).toMatchObject({
      code: 'DependencyViolation',
    });
    await accepter.send(new EC2.RejectVpcPeeringConnectionCommand({ VpcPeeringConnectionId: id }));
    expect(await status(id)).toBe('rejected');
    const again = (await create())?.VpcPeeringConnectionId ?? '';
    expect(again).not.toBe(id);
    await reaches(again, 'pending-acceptance');
    await remove(again);
    await reaches(again, 'deleted');
  });

  test('overlapping blocks: no error, but the request fails and the other side never sees it', async () => {
    const overlapping = await createVpc(accepter, '192.168.128.0/17');
    const id = (await create({ PeerVpcId: overlapping }))?.VpcPeeringConnectionId ?? '';
    await reaches(id, 'failed');
    expect(await status(id, accepter)).toBeUndefined();
    expect(await refusal(remove(id))).toMatchObject({ code: 'InvalidStateTransition' });
  });

  test.each<[string, () => Promise<unknown>, string]>([
    ['unknown id', () => remove('pcx-0123456789abcdef0'), 'InvalidVpcPeeringConnectionID.NotFound'],
    ['unknown own VPC', () => create({ VpcId: 'vpc-0123456789abcdef0' }), 'InvalidVpcID.NotFound'],
    [
      'unknown peer VPC of the same account',
      () => create({ PeerVpcId: 'vpc-0123456789abcdef0', PeerOwnerId: local }),
      'InvalidVpcID.NotFound',
    ],
    ['unknown filter', () => list([{ Name: 'requester-vpc', Values: ['x'] }]), 'InvalidParameterValue'],
    [
      'unknown id, described',
      () => requester.send(new EC2.DescribeVpcPeeringConnectionsCommand({ VpcPeeringConnectionIds: ['pcx-0'] })),
      'InvalidVpcPeeringConnectionID.NotFound',
    ],
  ])('%s: refused', async (_, call, code) => {
    expect(await refusal(call())).toMatchObject({ code });
  });
});
