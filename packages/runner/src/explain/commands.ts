/** Commands that change what stands in the way. */
import type { NetworkInterface } from '@meshbed/policy/network';
import type { Account, EcsService, Facts } from './facts/types.ts';

/** `aws … --profile external --region us-east-2`, for the account that the object is in. */
export function aws({ accounts }: Facts, account: string, command: string): string {
  const found = accounts.find(({ id }) => id === account);
  return `aws ${command}${found ? flagsOf(found) : ''}`;
}

const flagsOf = ({ profile, region }: Account) => ` --profile ${profile} --region ${region}`;

/** One argument of a shell. */
export const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

export interface Opening {
  direction: 'ingress' | 'egress';
  groupId: string;
  port: number;
  /** The other end. */
  peer: { ip: string; interface: NetworkInterface | undefined };
}

/** Opens one port of a group: for the groups of the other end within a VPC, else for the CIDR of its VPC. */
export function openPort(facts: Facts, { direction, groupId, port, peer }: Opening): string {
  const { network } = facts;
  const account = network.securityGroups.get(groupId)?.ownerId ?? '';
  const sameVpc = peer.interface !== undefined && peer.interface.vpcId === network.groupVpcs.get(groupId);
  const [group] = peer.interface?.groupIds ?? [];
  const cidr = peer.interface ? network.vpcs.get(peer.interface.vpcId)?.cidr : undefined;
  const source =
    sameVpc && group !== undefined
      ? `UserIdGroupPairs=[{GroupId=${group}}]`
      : `IpRanges=[{CidrIp=${cidr ?? `${peer.ip}/32`}}]`;
  const permission = quoted(`IpProtocol=tcp,FromPort=${port},ToPort=${port},${source}`);
  return aws(
    facts,
    account,
    `ec2 authorize-security-group-${direction} --group-id ${groupId} --ip-permissions ${permission}`,
  );
}

export interface Enrolment {
  service: EcsService;
  namespace: string;
  serviceAccount: string;
}

export function enrol({ accounts, mesh }: Facts, { service, namespace, serviceAccount }: Enrolment): string {
  const profile = accounts.find(({ id }) => id === service.account)?.profile;
  const external = service.account === mesh.account ? '' : ' --external';
  const profileFlag = profile === undefined ? '' : ` --profile ${profile}`;
  return `istioctl ecs add-service ${service.name} --cluster ${service.cluster} --namespace ${namespace} --service-account ${serviceAccount}${external}${profileFlag}`;
}
