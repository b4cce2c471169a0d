/** Between EC2's IpPermissions (ranges and groups gathered per port) and the fabric's rules (one per source). */
import type { IpPermission, UserIdGroupPair } from '@aws-sdk/client-ec2';
import type { SecurityGroup, SecurityGroupRule } from '@meshbed/fabric';
import { formatCidr, type SecurityProtocol, type SecurityRule, tryParseCidr } from '@meshbed/policy/network';
import type { Context } from '../context.ts';
import { AwsError } from '../errors.ts';
import { invalidValue } from './errors.ts';
import { missing } from './kinds.ts';

/** A rule before it has an id. */
export type RuleDraft = Omit<SecurityGroupRule, 'id' | 'tags'>;

type Direction = SecurityRule['direction'];

const protocols: Readonly<Record<string, SecurityProtocol>> = {
  '-1': '-1',
  all: '-1',
  tcp: 'tcp',
  '6': 'tcp',
  udp: 'udp',
  '17': 'udp',
  icmp: 'icmp',
  '1': 'icmp',
};

/** @throws AwsError for malformed permissions, unknown groups, and kinds of sources that the network does not have. */
export function draftsOf(
  context: Context,
  group: SecurityGroup,
  direction: Direction,
  permissions: readonly IpPermission[],
): RuleDraft[] {
  return permissions.flatMap((permission) => {
    const ports = portsOf(permission);
    checkSources(permission);
    const ranges = (permission.IpRanges ?? []).map(({ CidrIp, Description }) => ({
      direction,
      ...ports,
      source: { cidr: rangeOf(CidrIp) },
      ...described(Description),
    }));
    const groups = (permission.UserIdGroupPairs ?? []).map((pair) => ({
      direction,
      ...ports,
      source: groupOf(context, group, pair),
      ...described(pair.Description),
    }));
    return [...ranges, ...groups];
  });
}

const described = (description: string | undefined) => (description === undefined ? {} : { description });

function checkSources({ Ipv6Ranges = [], PrefixListIds = [] }: IpPermission): void {
  const [name] = [Ipv6Ranges.length > 0 ? 'Ipv6Ranges' : [], PrefixListIds.length > 0 ? 'PrefixListIds' : []].flat();
  if (name !== undefined)
    throw new AwsError('UnsupportedOperation', `IpPermissions with ${name} are not supported by this sandbox.`);
}

function portsOf({
  IpProtocol,
  FromPort,
  ToPort,
}: IpPermission): Pick<SecurityRule, 'protocol' | 'fromPort' | 'toPort'> {
  const protocol = protocols[(IpProtocol ?? '').toLowerCase()];
  if (protocol === undefined) throw invalidValue(`Invalid value '${IpProtocol}' for IP protocol. Unknown protocol.`);
  if (protocol === '-1') return { protocol, fromPort: -1, toPort: -1 };
  if (protocol === 'icmp') return { protocol, fromPort: FromPort ?? -1, toPort: ToPort ?? -1 };
  if (FromPort === undefined || ToPort === undefined) {
    throw invalidValue(`Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.`);
  }
  if (FromPort < 0 || ToPort > 65_535 || FromPort > ToPort) {
    throw invalidValue(`Invalid value '${FromPort}-${ToPort}' for portRange. TCP/UDP port (${FromPort}) out of range`);
  }
  return { protocol, fromPort: FromPort, toPort: ToPort };
}

function rangeOf(text: string | undefined): string {
  const cidr = tryParseCidr(text ?? '');
  if (!cidr) throw invalidValue(`CIDR block ${text} is malformed`);
  return formatCidr(cidr);
}

/** A group of the same VPC, or of one that an active peering joins to it. */
function groupOf({ world: { fabric } }: Context, group: SecurityGroup, { GroupId, UserId }: UserIdGroupPair) {
  const other = fabric.securityGroups.get(GroupId ?? '');
  const reachable =
    other && (other.vpcId === group.vpcId || peered(fabric.peerings.values(), group.vpcId, other.vpcId));
  if (!reachable || (UserId !== undefined && UserId !== other.ownerId)) throw missing('security-group', GroupId);
  return { groupId: other.id, ownerId: other.ownerId };
}

type Peerings = Iterable<{ accepterVpcId: string; requesterVpcId: string; status: string }>;

const peered = (peerings: Peerings, one: string, other: string) =>
  [...peerings].some(
    ({ accepterVpcId, requesterVpcId, status }) =>
      status === 'active' && [one, other].toSorted().join() === [accepterVpcId, requesterVpcId].toSorted().join(),
  );

/** Two rules are the same when they admit the same traffic; descriptions do not count. */
export const sameRule = (a: RuleDraft, b: RuleDraft): boolean => keyOf(a) === keyOf(b);

const sourceText = ({ source }: RuleDraft) => ('cidr' in source ? source.cidr : source.groupId);
const keyOf = (rule: RuleDraft) =>
  [rule.direction, rule.protocol, rule.fromPort, rule.toPort, sourceText(rule)].join(' ');

/** As error messages name a rule: `peer: 10.0.0.0/16, TCP, from port: 80, to port: 80, ALLOW`. */
export function ruleText(rule: RuleDraft): string {
  const { protocol, fromPort, toPort } = rule;
  const traffic = protocol === '-1' ? 'ALL' : `${protocol.toUpperCase()}, from port: ${fromPort}, to port: ${toPort}`;
  return `peer: ${sourceText(rule)}, ${traffic}, ALLOW`;
}

/** Rules of one direction as IpPermissions. */
export function permissionsOf(rules: readonly SecurityGroupRule[], direction: Direction): IpPermission[] {
  const gathered = Map.groupBy(
    rules.filter((rule) => rule.direction === direction),
    ({ protocol, fromPort, toPort }) => `${protocol} ${fromPort} ${toPort}`,
  );
  return [...gathered.values()].map((same) => permissionOf(same));
}

function permissionOf([first, ...rest]: readonly SecurityGroupRule[]): IpPermission {
  const rules = first ? [first, ...rest] : [];
  const ports = first && first.protocol !== '-1' ? { FromPort: first.fromPort, ToPort: first.toPort } : {};
  return {
    IpProtocol: first?.protocol,
    ...ports,
    IpRanges: rules.flatMap(({ source, description }) =>
      'cidr' in source ? [{ CidrIp: source.cidr, Description: description }] : [],
    ),
    UserIdGroupPairs: rules.flatMap(({ source, description }) =>
      'groupId' in source ? [{ GroupId: source.groupId, UserId: source.ownerId, Description: description }] : [],
    ),
    Ipv6Ranges: [],
    PrefixListIds: [],
  };
}
