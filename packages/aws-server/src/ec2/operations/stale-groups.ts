import type * as EC2 from '@aws-sdk/client-ec2';
import type { SecurityGroup, SecurityGroupRule } from '@meshbed/fabric';
import type { Context } from '../../context.ts';
import type { ServiceParts } from '../../service.ts';
import { validPage } from '../../valid-page.ts';
import { invalidValue } from '../errors.ts';
import { find, own } from '../objects.ts';
import { isLive } from '../peerings.ts';
import { reading } from '../rules.ts';

/** A rule is stale when the peer's group that it names is gone, or the peering that led there. */
function isStale({ world: { fabric } }: Context, group: SecurityGroup, { source }: SecurityGroupRule): boolean {
  if (!('groupId' in source) || source.groupId === group.id) return false;
  const peer = fabric.securityGroups.get(source.groupId);
  if (!peer) return true;
  if (peer.vpcId === group.vpcId) return false;
  return ![...fabric.peerings.values()].some(
    (peering) =>
      isLive(peering) &&
      [peering.requesterVpcId, peering.accepterVpcId].toSorted().join() === [peer.vpcId, group.vpcId].toSorted().join(),
  );
}

const shapeOf = ({ protocol, fromPort, toPort, source }: SecurityGroupRule): EC2.StaleIpPermission => ({
  IpProtocol: protocol,
  ...(fromPort >= 0 ? { FromPort: fromPort, ToPort: toPort } : {}),
  UserIdGroupPairs: 'groupId' in source ? [{ GroupId: source.groupId, UserId: source.ownerId }] : [],
});

function staleOf(context: Context, group: SecurityGroup): EC2.StaleSecurityGroup[] {
  const stale = group.rules.filter((rule) => isStale(context, group, rule));
  if (stale.length === 0) return [];
  const to = (direction: string) => stale.filter((rule) => rule.direction === direction).map(shapeOf);
  return [
    {
      GroupId: group.id,
      GroupName: group.name,
      Description: group.description,
      VpcId: group.vpcId,
      StaleIpPermissions: to('ingress'),
      StaleIpPermissionsEgress: to('egress'),
    },
  ];
}

export const staleGroupOperations: ServiceParts<typeof EC2> = {
  handlers: {
    DescribeStaleSecurityGroups({ VpcId, NextToken, MaxResults = 1000 }, context) {
      const vpc = find(context, 'vpc', VpcId);
      const groups = own(context, 'security-group').filter(({ vpcId }) => vpcId === vpc.id);
      const all = groups.flatMap((group) => staleOf(context, group));
      const invalid = () => invalidValue('The specified token is not valid.');
      const { items, next } = validPage(all, { token: NextToken, size: MaxResults, invalid });
      return { StaleSecurityGroupSet: items, NextToken: next };
    },
  },
  rules: { DescribeStaleSecurityGroups: reading('VpcId NextToken MaxResults') },
};
