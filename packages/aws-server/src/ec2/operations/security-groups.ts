import type * as EC2 from '@aws-sdk/client-ec2';
import type { SecurityGroup } from '@meshbed/fabric';
import type { Context } from '../../context.ts';
import { AwsError } from '../../errors.ts';
import type { ServiceParts } from '../../service.ts';
import { checkGroupUnused } from '../dependencies.ts';
import { describe, nextToken } from '../describe.ts';
import { invalidValue } from '../errors.ts';
import type { FilterTable } from '../filters.ts';
import { find, own } from '../objects.ts';
import { permissionsOf } from '../permissions.ts';
import { checkQuota } from '../quotas.ts';
import { acting, creating, reading } from '../rules.ts';
import { addGroup } from '../security-groups.ts';
import { shownTags, tagsFor } from '../tags.ts';

const arnOf = ({ region, ownerId, id }: SecurityGroup) => `arn:aws:ec2:${region}:${ownerId}:security-group/${id}`;

const shapeOf = (group: SecurityGroup): EC2.SecurityGroup => ({
  GroupId: group.id,
  GroupName: group.name,
  Description: group.description,
  VpcId: group.vpcId,
  OwnerId: group.ownerId,
  SecurityGroupArn: arnOf(group),
  IpPermissions: permissionsOf(group.rules, 'ingress'),
  IpPermissionsEgress: permissionsOf(group.rules, 'egress'),
  Tags: shownTags(group.tags),
});

function createGroup(input: EC2.CreateSecurityGroupCommandInput, context: Context): SecurityGroup {
  const { GroupName: name = '', Description: description = '', VpcId } = input;
  const tags = tagsFor('security-group', input.TagSpecifications);
  const vpc = VpcId === undefined ? defaultVpc(context) : find(context, 'vpc', VpcId);
  if (!vpc) throw new AwsError('VPCIdNotSpecified', 'No default VPC for this user');
  if (name === 'default') {
    throw new AwsError('InvalidParameterValue', `Cannot use reserved security group name: default`);
  }
  if (name === '' || name.startsWith('sg-')) throw invalidValue(`Value (${name}) for parameter GroupName is invalid.`);
  if (own(context, 'security-group').some((group) => group.vpcId === vpc.id && group.name === name)) {
    const message = `The security group '${name}' already exists for VPC '${vpc.id}'`;
    throw new AwsError('InvalidGroup.Duplicate', message);
  }
  checkQuota(context, 'securityGroups', own(context, 'security-group').length);
  return addGroup(context, { vpcId: vpc.id, name, description, tags });
}

const rulesOf = (group: SecurityGroup, direction: 'ingress' | 'egress') =>
  group.rules.filter((rule) => rule.direction === direction);

/** `ip-permission.…` for ingress, `egress.ip-permission.…` for egress. */
const permissionFilters = (prefix: string, direction: 'ingress' | 'egress'): FilterTable<SecurityGroup> => ({
  [`${prefix}cidr`]: (group) =>
    rulesOf(group, direction).map(({ source }) => ('cidr' in source ? source.cidr : undefined)),
  [`${prefix}group-id`]: (group) =>
    rulesOf(group, direction).map(({ source }) => ('groupId' in source ? source.groupId : undefined)),
  [`${prefix}user-id`]: (group) =>
    rulesOf(group, direction).map(({ source }) => ('groupId' in source ? group.ownerId : undefined)),
  [`${prefix}protocol`]: (group) => rulesOf(group, direction).map(({ protocol }) => protocol),
  [`${prefix}from-port`]: (group) => rulesOf(group, direction).map(({ fromPort }) => fromPort),
  [`${prefix}to-port`]: (group) => rulesOf(group, direction).map(({ toPort }) => toPort),
});

const groupFilters: FilterTable<SecurityGroup> = {
  'group-id': ({ id }) => id,
  'group-name': ({ name }) => name,
  description: ({ description }) => description,
  'vpc-id': ({ vpcId }) => vpcId,
  'owner-id': ({ ownerId }) => ownerId,
  ...permissionFilters('ip-permission.', 'ingress'),
  ...permissionFilters('egress.ip-permission.', 'egress'),
};

const defaultVpc = (context: Context) => own(context, 'vpc').find(({ isDefault }) => isDefault);

/** By id; a name only finds groups of the default VPC. */
export function groupOf(
  context: Context,
  { GroupId, GroupName }: { GroupId?: string | undefined; GroupName?: string | undefined },
): SecurityGroup {
  if (GroupId !== undefined) return find(context, 'security-group', GroupId);
  if (GroupName === undefined)
    throw new AwsError('MissingParameter', 'The request must contain the parameter groupName or groupId');
  const vpcId = defaultVpc(context)?.id;
  const found = own(context, 'security-group').find((group) => group.vpcId === vpcId && group.name === GroupName);
  if (found) return found;
  const message = `The security group '${GroupName}' does not exist${vpcId === undefined ? '' : ` in default VPC '${vpcId}'`}`;
  throw new AwsError('InvalidGroup.NotFound', message);
}

export const securityGroupOperations: ServiceParts<typeof EC2> = {
  handlers: {
    CreateSecurityGroup(input, context) {
      const group = createGroup(input, context);
      return { GroupId: group.id, Tags: shownTags(group.tags), SecurityGroupArn: arnOf(group) };
    },
    DescribeSecurityGroups(input, context) {
      const named = input.GroupNames?.map((GroupName) => groupOf(context, { GroupName })) ?? [];
      const groups = named.length > 0 ? named : own(context, 'security-group');
      const { items, next } = describe(
        { kind: 'security-group', items: groups, filters: groupFilters },
        { ids: input.GroupIds, filters: input.Filters, nextToken: input.NextToken, maxResults: input.MaxResults },
      );
      return { SecurityGroups: items.map(shapeOf), ...nextToken(next) };
    },
    DeleteSecurityGroup(input, context) {
      const group = groupOf(context, input);
      if (group.name === 'default') {
        throw new AwsError(
          'CannotDelete',
          `the specified group: "${group.id}" name: "default" cannot be deleted by a user`,
        );
      }
      checkGroupUnused(context, group);
      context.world.fabric.securityGroups.delete(group.id);
      return { Return: true, GroupId: group.id };
    },
  },
  rules: {
    CreateSecurityGroup: creating(
      'security-group',
      'CreateSecurityGroup',
      'GroupName Description VpcId TagSpecifications',
      (input: EC2.CreateSecurityGroupCommandInput) => input.VpcId,
    ),
    DescribeSecurityGroups: reading('GroupIds GroupNames Filters NextToken MaxResults'),
    DeleteSecurityGroup: acting('GroupId GroupName', ({ GroupId }) => GroupId),
  },
};
