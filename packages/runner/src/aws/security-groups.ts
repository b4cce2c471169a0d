import { BlockList, isIPv4 } from 'node:net';
import {
  AuthorizeSecurityGroupIngressCommand,
  DescribeSecurityGroupsCommand,
  type IpPermission,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import type { AwsClients } from '@meshbed/clients/aws';
import type { StepContext } from '../steps/types.ts';

/** Who a connection comes from, as a security group sees it. */
export interface Origin {
  ip: string;
  groupIds: readonly string[];
}

/** Whether one of the group's rules admits TCP connections to `port`. */
export function admits({ IpPermissions = [] }: SecurityGroup, port: number, origin: Origin): boolean {
  return IpPermissions.some((rule) => coversPort(rule, port) && coversOrigin(rule, origin));
}

function coversPort({ IpProtocol, FromPort = 0, ToPort = 65_535 }: IpPermission, port: number): boolean {
  return IpProtocol === '-1' || (IpProtocol === 'tcp' && FromPort <= port && port <= ToPort);
}

function coversOrigin({ IpRanges = [], UserIdGroupPairs = [] }: IpPermission, { ip, groupIds }: Origin): boolean {
  const inRange = isIPv4(ip) && IpRanges.some(({ CidrIp }) => CidrIp !== undefined && contains(CidrIp, ip));
  return inRange || UserIdGroupPairs.some(({ GroupId }) => GroupId !== undefined && groupIds.includes(GroupId));
}

function contains(cidr: string, ip: string): boolean {
  const [network = '', prefix = '32'] = cidr.split('/');
  const list = new BlockList();
  list.addSubnet(network, Number(prefix));
  return list.check(ip);
}

export interface IngressRule {
  /** Id of the group that admits. */
  group: string;
  /** Id of the group whose members are admitted. */
  from: string;
  port: number;
  description: string;
}

/** Opens one port of one group for the members of another: nothing wider. */
export async function ensureIngress(step: StepContext, { ec2 }: AwsClients, rule: IngressRule): Promise<void> {
  const { group, from, port, description } = rule;
  const origin = { ip: '', groupIds: [from] };
  await step.ensure({
    kind: 'security group rule',
    name: `${group}: tcp ${port} from ${from}`,
    async find() {
      const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [group] }));
      return SecurityGroups.some((found) => admits(found, port, origin)) ? rule : undefined;
    },
    async create() {
      const UserIdGroupPairs = [{ GroupId: from, Description: description }];
      const IpPermissions = [{ IpProtocol: 'tcp', FromPort: port, ToPort: port, UserIdGroupPairs }];
      await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: group, IpPermissions }));
      return rule;
    },
  });
}
