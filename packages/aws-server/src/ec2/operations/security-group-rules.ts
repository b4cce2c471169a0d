import type * as EC2 from '@aws-sdk/client-ec2';
import type { SecurityGroup, SecurityGroupRule } from '@meshbed/fabric';
import type { Context } from '../../context.ts';
import { AwsError } from '../../errors.ts';
import type { ServiceParts } from '../../service.ts';
import { describe, nextToken } from '../describe.ts';
import { missing } from '../kinds.ts';
import { own } from '../objects.ts';
import { draftsOf, type RuleDraft, ruleText, sameRule } from '../permissions.ts';
import { acting, reading } from '../rules.ts';
import { newRuleId } from '../security-groups.ts';
import { shownTags, tagsFor } from '../tags.ts';
import { groupOf } from './security-groups.ts';

type Direction = 'ingress' | 'egress';

/** What the four operations have in common. */
interface RuleInput {
  GroupId?: string | undefined;
  GroupName?: string | undefined;
  IpPermissions?: EC2.IpPermission[] | undefined;
  IpProtocol?: string | undefined;
  FromPort?: number | undefined;
  ToPort?: number | undefined;
  CidrIp?: string | undefined;
  TagSpecifications?: EC2.TagSpecification[] | undefined;
  SecurityGroupRuleIds?: string[] | undefined;
}

const shapeOf = (group: SecurityGroup, rule: SecurityGroupRule): EC2.SecurityGroupRule => ({
  SecurityGroupRuleId: rule.id,
  GroupId: group.id,
  GroupOwnerId: group.ownerId,
  IsEgress: rule.direction === 'egress',
  IpProtocol: rule.protocol,
  FromPort: rule.fromPort,
  ToPort: rule.toPort,
  Description: rule.description,
  Tags: shownTags(rule.tags),
  SecurityGroupRuleArn: `arn:aws:ec2:${group.region}:${group.ownerId}:security-group-rule/${rule.id}`,
  ...('cidr' in rule.source
    ? { CidrIpv4: rule.source.cidr }
    : { ReferencedGroupInfo: { GroupId: rule.source.groupId, UserId: rule.source.ownerId } }),
});

/** A single permission may be given beside the list. */
function draftsIn(context: Context, group: SecurityGroup, direction: Direction, input: RuleInput): RuleDraft[] {
  const { IpPermissions, IpProtocol, FromPort, ToPort, CidrIp } = input;
  const single = { IpProtocol, FromPort, ToPort, IpRanges: [{ CidrIp }] };
  const permissions = IpPermissions ?? (IpProtocol === undefined ? [] : [single]);
  const drafts = draftsOf(context, group, direction, permissions);
  if (drafts.length > 0) return drafts;
  throw new AwsError('MissingParameter', 'Either IpPermissions or SecurityGroupRuleIds must contain a rule.');
}

function authorize(context: Context, direction: Direction, input: RuleInput) {
  const group = groupOf(context, input);
  const tags = tagsFor('security-group-rule', input.TagSpecifications);
  const drafts = draftsIn(context, group, direction, input);
  const duplicate = drafts.find((draft) => group.rules.some((rule) => sameRule(rule, draft)));
  if (duplicate) {
    throw new AwsError('InvalidPermission.Duplicate', `the specified rule "${ruleText(duplicate)}" already exists`);
  }
  const added = drafts.map((draft) => ({ ...draft, id: newRuleId(context), tags: new Map(tags) }));
  group.rules.push(...added);
  return { Return: true, SecurityGroupRules: added.map((rule) => shapeOf(group, rule)) };
}

/** Rules that a revocation names: by id, or by what they admit. */
function namedRules(
  context: Context,
  group: SecurityGroup,
  direction: Direction,
  input: RuleInput,
): SecurityGroupRule[] {
  if (input.SecurityGroupRuleIds?.length) {
    return input.SecurityGroupRuleIds.map((id) => {
      const rule = group.rules.find((candidate) => candidate.id === id && candidate.direction === direction);
      if (!rule) throw missing('security-group-rule', id);
      return rule;
    });
  }
  return draftsIn(context, group, direction, input).map((draft) => {
    const rule = group.rules.find((candidate) => sameRule(candidate, draft));
    if (rule) return rule;
    throw new AwsError('InvalidPermission.NotFound', 'The specified rule does not exist in this security group.');
  });
}

function revoke(context: Context, direction: Direction, input: RuleInput) {
  const group = groupOf(context, input);
  const revoked = new Set(namedRules(context, group, direction, input));
  group.rules = group.rules.filter((rule) => !revoked.has(rule));
  return { Return: true };
}

function describeRules(input: EC2.DescribeSecurityGroupRulesCommandInput, context: Context) {
  const rules = own(context, 'security-group').flatMap((group) => group.rules.map((rule) => ({ ...rule, group })));
  return describe(
    {
      kind: 'security-group-rule',
      items: rules,
      filters: { 'group-id': ({ group }) => group.id, 'security-group-rule-id': ({ id }) => id },
    },
    {
      ids: input.SecurityGroupRuleIds,
      filters: input.Filters,
      nextToken: input.NextToken,
      maxResults: input.MaxResults,
    },
  );
}

const single = 'GroupId GroupName IpPermissions IpProtocol FromPort ToPort CidrIp';

export const securityGroupRuleOperations: ServiceParts<typeof EC2> = {
  handlers: {
    AuthorizeSecurityGroupIngress: (input, context) => authorize(context, 'ingress', input),
    AuthorizeSecurityGroupEgress: (input, context) => authorize(context, 'egress', input),
    RevokeSecurityGroupIngress: (input, context) => revoke(context, 'ingress', input),
    RevokeSecurityGroupEgress: (input, context) => revoke(context, 'egress', input),
    DescribeSecurityGroupRules(input, context) {
      const { items, next } = describeRules(input, context);
      return { SecurityGroupRules: items.map(({ group, ...rule }) => shapeOf(group, rule)), ...nextToken(next) };
    },
  },
  rules: {
    AuthorizeSecurityGroupIngress: acting(`${single} TagSpecifications`, ({ GroupId }) => GroupId),
    AuthorizeSecurityGroupEgress: acting(`${single} TagSpecifications`, ({ GroupId }) => GroupId),
    RevokeSecurityGroupIngress: acting(`${single} SecurityGroupRuleIds`, ({ GroupId }) => GroupId),
    RevokeSecurityGroupEgress: acting(`${single} SecurityGroupRuleIds`, ({ GroupId }) => GroupId),
    DescribeSecurityGroupRules: reading('SecurityGroupRuleIds Filters NextToken MaxResults'),
  },
};
