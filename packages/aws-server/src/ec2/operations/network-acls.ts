import type * as EC2 from '@aws-sdk/client-ec2';
import type { Vpc } from '@meshbed/fabric';
import type { Context } from '../../context.ts';
import type { ServiceParts } from '../../service.ts';
import { describe, nextToken } from '../describe.ts';
import { own } from '../objects.ts';
import { reading } from '../rules.ts';

interface DefaultAcl {
  id: string;
  vpcId: string;
  ownerId: string;
  subnetIds: readonly string[];
  tags: ReadonlyMap<string, string>;
}

/** Each VPC has the one that it began with; it lets everything pass, and there are no others. */
const aclOf = (context: Context, { id, ownerId }: Vpc): DefaultAcl => ({
  id: `acl-${id.slice('vpc-'.length)}`,
  vpcId: id,
  ownerId,
  subnetIds: own(context, 'subnet').flatMap((subnet) => (subnet.vpcId === id ? [subnet.id] : [])),
  tags: new Map(),
});

const entries: EC2.NetworkAclEntry[] = [true, false].flatMap((Egress) =>
  (
    [
      [100, 'allow'],
      [32_767, 'deny'],
    ] as const
  ).map(([RuleNumber, RuleAction]) => ({
    CidrBlock: '0.0.0.0/0',
    Egress,
    Protocol: '-1',
    RuleAction,
    RuleNumber,
  })),
);

const shapeOf = ({ id, vpcId, ownerId, subnetIds }: DefaultAcl): EC2.NetworkAcl => ({
  NetworkAclId: id,
  VpcId: vpcId,
  OwnerId: ownerId,
  IsDefault: true,
  Entries: entries,
  Associations: subnetIds.map((SubnetId) => ({
    NetworkAclAssociationId: `aclassoc-${SubnetId.slice('subnet-'.length)}`,
    NetworkAclId: id,
    SubnetId,
  })),
  Tags: [],
});

export const networkAclOperations: ServiceParts<typeof EC2> = {
  handlers: {
    DescribeNetworkAcls(input, context) {
      const { items, next } = describe(
        {
          kind: 'network-acl',
          items: own(context, 'vpc').map((vpc) => aclOf(context, vpc)),
          filters: {
            'network-acl-id': ({ id }) => id,
            'vpc-id': ({ vpcId }) => vpcId,
            'owner-id': ({ ownerId }) => ownerId,
            default: () => true,
            'association.subnet-id': ({ subnetIds }) => subnetIds,
          },
        },
        { ids: input.NetworkAclIds, filters: input.Filters, nextToken: input.NextToken, maxResults: input.MaxResults },
      );
      return { NetworkAcls: items.map(shapeOf), ...nextToken(next) };
    },
  },
  rules: { DescribeNetworkAcls: reading('NetworkAclIds Filters NextToken MaxResults') },
};
