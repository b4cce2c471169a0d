import { DescribeSecurityGroupsCommand, type SecurityGroup } from '@aws-sdk/client-ec2';
import type { AwsClients } from '@meshbed/clients/aws';
import { admits, type Origin } from '../network/security-groups.ts';
import { hbonePort } from '../mesh/ports.ts';

/** A sentence that names the groups when none of them admits HBONE from the caller: the usual cause of a timeout. */
export async function closedGroupOf(
  { ec2 }: AwsClients,
  whose: string,
  groupIds: string[],
  origin: Origin,
): Promise<string | undefined> {
  if (groupIds.length === 0) return `${whose} has no security group`;
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: groupIds }));
  return closedSentence(whose, SecurityGroups, origin);
}

export function closedSentence(whose: string, groups: readonly SecurityGroup[], origin: Origin): string | undefined {
  if (groups.some((group) => admits(group, hbonePort, origin))) return undefined;
  const named = groups.map(({ GroupName, GroupId }) => `${GroupName} (${GroupId})`).join(', ');
  return `security group ${named} of ${whose} has no rule for tcp ${hbonePort} from ${origin.ip}`;
}
