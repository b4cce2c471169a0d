import * as EC2 from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusal } from '../testing/errors.ts';
import { createGroup, createSubnet, createVpc } from '../testing/vpc.ts';
import { type TestServer, testServer } from '../testing/server.ts';

let server: TestServer;
let ec2: EC2.EC2Client;
let vpc: string;
beforeAll(async () => {
  server = await testServer();
  ec2 = new EC2.EC2Client(server.client());
  vpc = await createVpc(ec2);
});
afterAll(() => server[Symbol.asyncDispose]());

const tcp = (port: number, CidrIp = '192.168.0.0/16', to = port): EC2.IpPermission => ({
  IpProtocol: 'tcp',
  FromPort: port,
  ToPort: to,
  IpRanges: [{ CidrIp }],
});
const authorize = (GroupId: string, ...IpPermissions: EC2.IpPermission[]) =>
  ec2.send(new EC2.AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
const revoke = (GroupId: string, input: Partial<EC2.RevokeSecurityGroupIngressCommandInput>) =>
  ec2.send(new EC2.RevokeSecurityGroupIngressCommand({ GroupId, ...input }));
const groupOf = async (GroupId: string) =>
  (await ec2.send(new EC2.DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }))).SecurityGroups?.[0];

describe('groups', () => {
  test('a new group: no ingress, open egress; found by name with a wildcard', async () => {
    const GroupId = await createGroup(ec2, vpc, 'eks-cluster-sg-demo-123');
    const Filters = [
      { Name: 'vpc-id', Values: [vpc] },
      { Name: 'group-name', Values: ['eks-cluster-sg*'] },
    ];
    const { SecurityGroups } = await ec2.send(new EC2.DescribeSecurityGroupsCommand({ Filters }));
    expect(SecurityGroups).toMatchObject([{ GroupId, GroupName: 'eks-cluster-sg-demo-123', VpcId: vpc }]);
    expect(SecurityGroups?.[0]?.IpPermissions ?? []).toEqual([]);
    expect(SecurityGroups?.[0]?.IpPermissionsEgress).toMatchObject([
      { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
    ]);
    const waiter = { client: ec2, maxWaitTime: 1, minDelay: 0.01, maxDelay: 0.02 };
    await EC2.waitUntilSecurityGroupExists(waiter, { GroupIds: [GroupId] });
  });

  test.each<[string, () => Promise<unknown>, string]>([
    ['same name in the VPC', () => createGroup(ec2, vpc, 'eks-cluster-sg-demo-123'), 'InvalidGroup.Duplicate'],
    ['the name default', () => createGroup(ec2, vpc, 'default'), 'InvalidParameterValue'],
    [
      'no VPC',
      () => ec2.send(new EC2.CreateSecurityGroupCommand({ GroupName: 'x', Description: 'x' })),
      'VPCIdNotSpecified',
    ],
    ['unknown', () => groupOf('sg-0123456789abcdef0'), 'InvalidGroup.NotFound'],
    ['malformed', () => groupOf('nonsense'), 'InvalidGroupId.Malformed'],
    [
      'by name, without a default VPC',
      () => ec2.send(new EC2.DescribeSecurityGroupsCommand({ GroupNames: ['x'] })),
      'InvalidGroup.NotFound',
    ],
  ])('%s: refused', async (_, call, code) => {
    expect(await refusal(call())).toMatchObject({ code });
  });

  test('the default group: cannot be deleted', async () => {
    const Filters = [{ Name: 'group-name', Values: ['default'] }];
    const { SecurityGroups } = await ec2.send(new EC2.DescribeSecurityGroupsCommand({ Filters }));
    const GroupId = SecurityGroups?.[0]?.GroupId;
    expect(await refusal(ec2.send(new EC2.DeleteSecurityGroupCommand({ GroupId })))).toMatchObject({
      code: 'CannotDelete',
    });
  });

  test('in use by a rule of another group, or by an interface: DependencyViolation', async () => {
    const [GroupId, other] = [await createGroup(ec2, vpc, 'used'), await createGroup(ec2, vpc, 'user')];
    const permission = { IpProtocol: '-1', UserIdGroupPairs: [{ GroupId }] };
    await authorize(other, permission);
    const remove = () => ec2.send(new EC2.DeleteSecurityGroupCommand({ GroupId }));
    expect(await refusal(remove())).toMatchObject({ code: 'DependencyViolation' });
    await revoke(other, { IpPermissions: [permission] });
    const subnetId = await createSubnet(ec2, vpc, '10.1.1.0/24');
    const place = {
      subnetId,
      groupIds: [GroupId],
      ownerId: '111111111111',
      region: 'us-east-2',
      description: 'left over',
    };
    const eni = server.fabric.createInterface(place);
    expect(await refusal(remove())).toMatchObject({ code: 'DependencyViolation' });
    const Filters = [
      { Name: 'group-id', Values: [GroupId] },
      { Name: 'status', Values: ['available'] },
    ];
    const { NetworkInterfaces } = await ec2.send(new EC2.DescribeNetworkInterfacesCommand({ Filters }));
    expect(NetworkInterfaces?.map(({ NetworkInterfaceId }) => NetworkInterfaceId)).toEqual([eni.id]);
    await ec2.send(new EC2.DeleteNetworkInterfaceCommand({ NetworkInterfaceId: eni.id }));
    await remove();
  });
});

describe('rules', () => {
  test('authorize: permissions gathered per port, each source a rule', async () => {
    const GroupId = await createGroup(ec2, vpc, 'istio-ecs-sg');
    const { SecurityGroupRules } = await authorize(
      GroupId,
      { IpProtocol: '-1', UserIdGroupPairs: [{ GroupId, Description: 'itself' }] },
      { ...tcp(80), IpRanges: [{ CidrIp: '192.168.0.0/16' }, { CidrIp: '10.0.0.0/8', Description: 'wide' }] },
      tcp(15_000, '192.168.0.0/16', 15_200),
      { IpProtocol: 'icmp', FromPort: -1, ToPort: -1, IpRanges: [{ CidrIp: '192.168.0.0/16' }] },
    );
    expect(SecurityGroupRules).toHaveLength(5);
    const { IpPermissions = [] } = (await groupOf(GroupId)) ?? {};
    expect(IpPermissions).toMatchObject([
      { IpProtocol: '-1', UserIdGroupPairs: [{ GroupId, UserId: '111111111111', Description: 'itself' }] },
      {
        IpProtocol: 'tcp',
        FromPort: 80,
        IpRanges: [{ CidrIp: '192.168.0.0/16' }, { CidrIp: '10.0.0.0/8', Description: 'wide' }],
      },
      { IpProtocol: 'tcp', FromPort: 15_000, ToPort: 15_200 },
      { IpProtocol: 'icmp', FromPort: -1 },
    ]);
    const Filters = [{ Name: 'group-id', Values: [GroupId] }];
    const rules = await ec2.send(new EC2.DescribeSecurityGroupRulesCommand({ Filters }));
    expect(rules.SecurityGroupRules).toHaveLength(6);

    // What cleanup does: echo the whole list back.
    await revoke(GroupId, { IpPermissions });
    expect((await groupOf(GroupId))?.IpPermissions ?? []).toEqual([]);
  });

  test('revoke by id, ingress and egress', async () => {
    const GroupId = await createGroup(ec2, vpc, 'by-id');
    const { SecurityGroupRules = [] } = await authorize(GroupId, tcp(443));
    await revoke(GroupId, {
      SecurityGroupRuleIds: SecurityGroupRules.map(({ SecurityGroupRuleId = '' }) => SecurityGroupRuleId),
    });
    const IpPermissions = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }];
    await ec2.send(new EC2.RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions }));
    await ec2.send(new EC2.AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions: [tcp(443, '0.0.0.0/0')] }));
    expect(await groupOf(GroupId)).toMatchObject({ IpPermissionsEgress: [{ IpProtocol: 'tcp', FromPort: 443 }] });
  });

  test.each<[string, (GroupId: string) => Promise<unknown>, string]>([
    ['twice the same', (GroupId) => authorize(GroupId, tcp(80)), 'InvalidPermission.Duplicate'],
    ['no such rule', (GroupId) => revoke(GroupId, { IpPermissions: [tcp(81)] }), 'InvalidPermission.NotFound'],
    [
      'no such rule id',
      (GroupId) => revoke(GroupId, { SecurityGroupRuleIds: ['sgr-0'] }),
      'InvalidSecurityGroupRuleId.NotFound',
    ],
    [
      'unknown group as source',
      (GroupId) => authorize(GroupId, { IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: 'sg-0' }] }),
      'InvalidGroup.NotFound',
    ],
    ['malformed block', (GroupId) => authorize(GroupId, tcp(80, 'x')), 'InvalidParameterValue'],
    ['ports the wrong way round', (GroupId) => authorize(GroupId, tcp(90, '10.0.0.0/8', 80)), 'InvalidParameterValue'],
    ['unknown protocol', (GroupId) => authorize(GroupId, { ...tcp(80), IpProtocol: 'ipx' }), 'InvalidParameterValue'],
    [
      'IPv6',
      (GroupId) => authorize(GroupId, { IpProtocol: '-1', Ipv6Ranges: [{ CidrIpv6: '::/0' }] }),
      'UnsupportedOperation',
    ],
  ])('%s: refused', async (what, call, code) => {
    const GroupId = await createGroup(ec2, vpc, what.replaceAll(' ', '-'));
    await authorize(GroupId, tcp(80));
    expect(await refusal(call(GroupId))).toMatchObject({ code });
  });

  test('a duplicate is named as AWS names it', async () => {
    const GroupId = await createGroup(ec2, vpc, 'duplicate-text');
    await authorize(GroupId, tcp(80));
    const { message } = await refusal(authorize(GroupId, tcp(80)));
    expect(message).toBe(
      'the specified rule "peer: 192.168.0.0/16, TCP, from port: 80, to port: 80, ALLOW" already exists',
    );
  });
});
