import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  type IpPermission,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import type { AwsClients } from '@meshbed/clients/aws';
import { cidrIncludes, parseCidr } from '@meshbed/policy/network';
import { filter, tagged } from '../aws/tags.ts';
import type { StepContext } from '../steps/types.ts';

export interface Traffic {
  protocol: 'tcp' | 'icmp' | 'all';
  /** First and last; of no meaning for `icmp` and `all`. */
  ports: readonly [first: number, last: number];
}

/** What a group lets in. */
export interface IngressRule extends Traffic {
  /** Members of a group, or a range of addresses. */
  from: { groupId: string } | { cidr: string };
  description: string;
}

function coversPorts(
  { IpProtocol, FromPort = 0, ToPort = 65_535 }: IpPermission,
  { protocol, ports }: Traffic,
): boolean {
  if (IpProtocol === '-1') return true;
  if (IpProtocol !== protocol) return false;
  return protocol === 'icmp' || (FromPort <= ports[0] && ports[1] <= ToPort);
}

function coversSource({ IpRanges = [], UserIdGroupPairs = [] }: IpPermission, from: IngressRule['from']): boolean {
  if ('groupId' in from) return UserIdGroupPairs.some(({ GroupId }) => GroupId === from.groupId);
  return IpRanges.some(({ CidrIp = '' }) => cidrIncludes(parseCidr(CidrIp), parseCidr(from.cidr)));
}

/** Whether the group lets all of it in already, perhaps by a wider rule. */
export function covers({ IpPermissions = [] }: SecurityGroup, rule: IngressRule): boolean {
  return IpPermissions.some((found) => coversPorts(found, rule) && coversSource(found, rule.from));
}

const wireProtocols = { tcp: 'tcp', icmp: 'icmp', all: '-1' };

function permissionOf({ protocol, ports: [first, last], from, description: Description }: IngressRule): IpPermission {
  const source =
    'groupId' in from
      ? { UserIdGroupPairs: [{ GroupId: from.groupId, Description }] }
      : { IpRanges: [{ CidrIp: from.cidr, Description }] };
  const ports = { tcp: { FromPort: first, ToPort: last }, icmp: { FromPort: -1, ToPort: -1 }, all: {} }[protocol];
  return { IpProtocol: wireProtocols[protocol], ...ports, ...source };
}

/** Opens the group for these and nothing wider. */
export async function ensureIngress(
  step: StepContext,
  { ec2 }: AwsClients,
  { group, rules }: { group: string; rules: readonly IngressRule[] },
): Promise<void> {
  const describe = async () => {
    const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [group] }));
    return SecurityGroups;
  };
  const ensure = (rule: IngressRule) =>
    step.ensure({
      kind: 'security group rule',
      name: `${group}: ${nameOf(rule)}`,
      find: async () => ((await describe()).some((found) => covers(found, rule)) ? rule : undefined),
      async create() {
        const IpPermissions = [permissionOf(rule)];
        await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: group, IpPermissions }));
        return rule;
      },
    });
  await Promise.all(rules.map(ensure));
}

function nameOf({ protocol, ports: [first, last], from }: IngressRule): string {
  const source = 'groupId' in from ? from.groupId : from.cidr;
  if (protocol !== 'tcp') return `${protocol} from ${source}`;
  return `tcp ${first === last ? first : `${first}-${last}`} from ${source}`;
}

export async function securityGroupNamed(
  { ec2 }: AwsClients,
  vpcId: string,
  name: string,
): Promise<SecurityGroup | undefined> {
  const Filters = [filter('vpc-id', vpcId), filter('group-name', name)];
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
  return SecurityGroups[0];
}

export interface WantedSecurityGroup {
  name: string;
  description: string;
  vpcId: string;
}

/** Returns its id. */
export function ensureSecurityGroup(
  step: StepContext,
  aws: AwsClients,
  { name, description, vpcId }: WantedSecurityGroup,
): Promise<string> {
  return step.ensure<string>({
    kind: 'security group',
    name,
    find: async () => (await securityGroupNamed(aws, vpcId, name))?.GroupId,
    async create() {
      const TagSpecifications = tagged('security-group', name, step.configuration);
      const { GroupId = '' } = await aws.ec2.send(
        new CreateSecurityGroupCommand({ GroupName: name, Description: description, VpcId: vpcId, TagSpecifications }),
      );
      return GroupId;
    },
  });
}
