import { isDeepStrictEqual } from 'node:util';
import type { Properties } from '../state.ts';
import { unlessGone } from './gone.ts';
import { retag } from './retag.ts';
import type { ResourceType, Work } from './types.ts';

type Direction = 'Ingress' | 'Egress';

/** A rule as templates spell it, as EC2 does. */
function permission(rule: Properties): object {
  const { IpProtocol, FromPort, ToPort, CidrIp, Description } = rule;
  const group = rule['SourceSecurityGroupId'] ?? rule['DestinationSecurityGroupId'];
  const described = Description === undefined ? {} : { Description };
  return {
    IpProtocol: String(IpProtocol),
    ...(FromPort === undefined ? {} : { FromPort: Number(FromPort) }),
    ...(ToPort === undefined ? {} : { ToPort: Number(ToPort) }),
    ...(CidrIp === undefined ? {} : { IpRanges: [{ CidrIp, ...described }] }),
    ...(group === undefined ? {} : { UserIdGroupPairs: [{ GroupId: group, ...described }] }),
  };
}

interface Authorized {
  SecurityGroupRules?: { SecurityGroupRuleId?: string }[];
}

async function authorize(direction: Direction, GroupId: string, rules: readonly Properties[], { aws }: Work) {
  if (rules.length === 0) return '';
  const IpPermissions = rules.map(permission);
  const answer = await aws<Authorized>('ec2', `AuthorizeSecurityGroup${direction}`, { GroupId, IpPermissions });
  return answer.SecurityGroupRules?.[0]?.SecurityGroupRuleId ?? '';
}

/** One rule as a resource of its own: how groups that admit each other are written. */
const ruleType = (direction: Direction, peer: string): ResourceType => ({
  properties: `GroupId IpProtocol FromPort ToPort CidrIp Description ${peer}SecurityGroupId`,
  create: async (properties, work) => ({
    physicalId: await authorize(direction, properties['GroupId'] as string, [properties], work),
  }),
  async delete({ physicalId }, { aws }, { GroupId }) {
    await aws('ec2', `RevokeSecurityGroup${direction}`, { GroupId, SecurityGroupRuleIds: [physicalId] });
  },
});

export const securityGroupTypes: Readonly<Record<string, ResourceType>> = {
  'AWS::EC2::SecurityGroup': {
    properties: 'GroupName GroupDescription VpcId SecurityGroupIngress SecurityGroupEgress Tags',
    async create(properties, work) {
      const { GroupName = work.generatedName, GroupDescription: Description, VpcId, Tags } = properties;
      const TagSpecifications = [{ ResourceType: 'security-group', Tags: work.tags(Tags) }];
      const input = { GroupName, Description, VpcId, TagSpecifications };
      const { GroupId } = await work.aws<{ GroupId: string }>('ec2', 'CreateSecurityGroup', input);
      for (const direction of ['Ingress', 'Egress'] as const) {
        const rules = (properties[`SecurityGroup${direction}`] ?? []) as Properties[];
        await authorize(direction, GroupId, rules, work);
      }
      return { physicalId: GroupId, attributes: { GroupId, VpcId: VpcId as string } };
    },
    updates: 'SecurityGroupIngress SecurityGroupEgress Tags',
    async update({ physicalId: GroupId }, work, { before, after }) {
      await retag(GroupId, work, { before: before['Tags'], after: after['Tags'] });
      for (const direction of ['Ingress', 'Egress'] as const) {
        const [old, rules] = [before, after].map((each) => (each[`SecurityGroup${direction}`] ?? []) as Properties[]);
        const isIn = (list: readonly Properties[] = [], rule: Properties) =>
          list.some((each) => isDeepStrictEqual(each, rule));
        const gone = old?.filter((rule) => !isIn(rules, rule)) ?? [];
        if (gone.length > 0) {
          const IpPermissions = gone.map(permission);
          await unlessGone(work.aws('ec2', `RevokeSecurityGroup${direction}`, { GroupId, IpPermissions }));
        }
        await authorize(direction, GroupId, rules?.filter((rule) => !isIn(old, rule)) ?? [], work);
      }
    },
    async delete({ physicalId }, { aws }) {
      await aws('ec2', 'DeleteSecurityGroup', { GroupId: physicalId });
    },
  },
  'AWS::EC2::SecurityGroupIngress': ruleType('Ingress', 'Source'),
  'AWS::EC2::SecurityGroupEgress': ruleType('Egress', 'Destination'),
};
