import { AwsError } from '../errors.ts';

/** Types of resources as tag specifications and ARNs name them. */
export type Kind =
  | 'vpc'
  | 'subnet'
  | 'internet-gateway'
  | 'elastic-ip'
  | 'natgateway'
  | 'route-table'
  | 'security-group'
  | 'security-group-rule'
  | 'network-interface'
  | 'vpc-peering-connection'
  | 'instance'
  | 'volume'
  | 'network-acl'
  | 'dhcp-options'
  | 'launch-template';

interface KindRow {
  /** Ids begin with it. */
  prefix: string;
  notFound: string;
  malformed: string;
  /** How messages name it. */
  label: string;
}

const row = (prefix: string, notFound: string, malformed: string, label: string): KindRow => ({
  prefix,
  notFound,
  malformed,
  label,
});

/** EC2's codes follow no rule. */
export const kinds: Readonly<Record<Kind, KindRow>> = {
  vpc: row('vpc', 'InvalidVpcID.NotFound', 'InvalidVpcID.Malformed', 'vpc ID'),
  subnet: row('subnet', 'InvalidSubnetID.NotFound', 'InvalidSubnetID.Malformed', 'subnet ID'),
  'internet-gateway': row(
    'igw',
    'InvalidInternetGatewayID.NotFound',
    'InvalidInternetGatewayID.Malformed',
    'internetGateway ID',
  ),
  'elastic-ip': row('eipalloc', 'InvalidAllocationID.NotFound', 'InvalidAllocationID.Malformed', 'allocation ID'),
  natgateway: row('nat', 'NatGatewayNotFound', 'NatGatewayMalformed', 'NAT gateway'),
  'route-table': row('rtb', 'InvalidRouteTableID.NotFound', 'InvalidRouteTableId.Malformed', 'routeTable ID'),
  'security-group': row('sg', 'InvalidGroup.NotFound', 'InvalidGroupId.Malformed', 'security group'),
  'security-group-rule': row(
    'sgr',
    'InvalidSecurityGroupRuleId.NotFound',
    'InvalidSecurityGroupRuleId.Malformed',
    'security group rule ID',
  ),
  'network-interface': row(
    'eni',
    'InvalidNetworkInterfaceID.NotFound',
    'InvalidNetworkInterfaceID.Malformed',
    'networkInterface ID',
  ),
  'vpc-peering-connection': row(
    'pcx',
    'InvalidVpcPeeringConnectionID.NotFound',
    'InvalidVpcPeeringConnectionId.Malformed',
    'vpcPeeringConnection ID',
  ),
  'launch-template': row(
    'lt',
    'InvalidLaunchTemplateId.NotFound',
    'InvalidLaunchTemplateId.Malformed',
    'launch template ID',
  ),
  volume: row('vol', 'InvalidVolume.NotFound', 'InvalidParameterValue', 'volume'),
  'network-acl': row('acl', 'InvalidNetworkAclID.NotFound', 'InvalidNetworkAclID.Malformed', 'networkAcl ID'),
  'dhcp-options': row('dopt', 'InvalidDhcpOptionID.NotFound', 'InvalidDhcpOptionsID.Malformed', 'dhcpOption ID'),
  instance: row('i', 'InvalidInstanceID.NotFound', 'InvalidInstanceID.Malformed', 'instance ID'),
};

export const kindOfId = (id: string): Kind | undefined =>
  (Object.keys(kinds) as Kind[]).find((kind) => id.startsWith(`${kinds[kind].prefix}-`));

/** What EC2 answers for an id that is not there, or can't be one. */
export function missing(kind: Kind, id: string | undefined): AwsError {
  const { prefix, notFound, malformed, label } = kinds[kind];
  if (!id?.startsWith(`${prefix}-`))
    return new AwsError(malformed, `Invalid id: "${id ?? ''}" (expecting "${prefix}-...")`);
  return new AwsError(notFound, `The ${label} '${id}' does not exist`);
}
