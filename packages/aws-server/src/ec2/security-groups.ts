import type { SecurityGroup, SecurityGroupRule, Vpc } from '@meshbed/fabric';
import type { Context } from '../context.ts';
import { owned } from './objects.ts';

const everything = { protocol: '-1', fromPort: -1, toPort: -1 } as const;

export const newRuleId = ({ world }: Context): string => `sgr-${world.ids.hex(17)}`;

/** Egress to everywhere: what every new group has. */
const openEgress = (context: Context): SecurityGroupRule => ({
  id: newRuleId(context),
  direction: 'egress',
  ...everything,
  source: { cidr: '0.0.0.0/0' },
  tags: new Map(),
});

/** A new group in the fabric, with open egress and whatever `rules` adds. */
export function addGroup(
  context: Context,
  group: Pick<SecurityGroup, 'vpcId' | 'name' | 'description'> & { tags?: Map<string, string> },
): SecurityGroup {
  const { tags = new Map<string, string>(), ...rest } = group;
  const created: SecurityGroup = { ...owned(context, 'sg', tags), ...rest, rules: [openEgress(context)] };
  context.world.fabric.securityGroups.set(created.id, created);
  return created;
}

/** Each VPC's group `default` admits its own members. */
export function createDefaultGroup(context: Context, { id: vpcId }: Vpc): SecurityGroup {
  const group = addGroup(context, { vpcId, name: 'default', description: 'default VPC security group' });
  group.rules.push({
    id: newRuleId(context),
    direction: 'ingress',
    ...everything,
    source: { groupId: group.id, ownerId: group.ownerId },
    tags: new Map(),
  });
  return group;
}
