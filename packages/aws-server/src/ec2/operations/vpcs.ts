import type * as EC2 from '@aws-sdk/client-ec2';
import type { Vpc } from '@meshbed/fabric';
import { cidrSize, formatCidr, tryParseCidr } from '@meshbed/policy/network';
import type { Context } from '../../context.ts';
import { AwsError } from '../../errors.ts';
import type { ServiceParts } from '../../service.ts';
import { checkVpcUnused, deleteVpcParts } from '../dependencies.ts';
import { describe, nextToken } from '../describe.ts';
import { dhcpOptionsId } from '../dhcp-options.ts';
import { invalidValue } from '../errors.ts';
import { find, own, owned } from '../objects.ts';
import { checkQuota } from '../quotas.ts';
import { acting, creating, reading } from '../rules.ts';
import { createDefaultGroup } from '../security-groups.ts';
import { createMainTable } from '../route-tables.ts';
import { shownTags, tagsFor } from '../tags.ts';

const associationIdOf = ({ id }: Vpc) => `vpc-cidr-assoc-${id.slice('vpc-'.length)}`;

const shapeOf = (vpc: Vpc): EC2.Vpc => ({
  VpcId: vpc.id,
  OwnerId: vpc.ownerId,
  CidrBlock: vpc.cidr,
  State: vpc.state,
  IsDefault: vpc.isDefault,
  InstanceTenancy: 'default',
  DhcpOptionsId: dhcpOptionsId,
  CidrBlockAssociationSet: [
    {
      AssociationId: associationIdOf(vpc),
      CidrBlock: vpc.cidr,
      CidrBlockState: { State: 'associated' },
    },
  ],
  Tags: shownTags(vpc.tags),
});

function vpcCidr(text: string | undefined): string {
  const cidr = tryParseCidr(text ?? '');
  if (!cidr) throw invalidValue(`Value (${text}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`);
  const size = cidrSize(cidr);
  if (size < 16 || size > 65_536) throw new AwsError('InvalidVpc.Range', `The CIDR '${text}' is invalid.`);
  return formatCidr(cidr);
}

/** With its main route table and default security group, which every VPC has. */
function createVpc(input: EC2.CreateVpcCommandInput, context: Context): Vpc {
  const { world } = context;
  const tags = tagsFor('vpc', input.TagSpecifications);
  if ((input.InstanceTenancy ?? 'default') !== 'default') {
    throw new AwsError(
      'UnsupportedOperation',
      'The parameter InstanceTenancy is only supported with the value default.',
    );
  }
  const cidr = vpcCidr(input.CidrBlock);
  checkQuota(context, 'vpcs', own(context, 'vpc').length);
  const vpc: Vpc = {
    ...owned(context, 'vpc', tags),
    cidr,
    state: 'pending',
    dnsSupport: true,
    dnsHostnames: false,
    isDefault: false,
  };
  world.fabric.vpcs.set(vpc.id, vpc);
  createMainTable(context, vpc);
  createDefaultGroup(context, vpc);
  world.transitions.follow('vpc', vpc.state, (next) => (vpc.state = next as Vpc['state']));
  return vpc;
}

export const vpcOperations: ServiceParts<typeof EC2> = {
  handlers: {
    CreateVpc: (input, context) => ({ Vpc: shapeOf(createVpc(input, context)) }),
    DescribeVpcs(input, context) {
      const { items, next } = describe(
        {
          kind: 'vpc',
          items: own(context, 'vpc'),
          filters: {
            'vpc-id': ({ id }) => id,
            cidr: ({ cidr }) => cidr,
            'cidr-block-association.cidr-block': ({ cidr }) => cidr,
            'cidr-block-association.association-id': associationIdOf,
            'cidr-block-association.state': () => 'associated',
            'dhcp-options-id': () => dhcpOptionsId,
            state: ({ state }) => state,
            'is-default': ({ isDefault }) => isDefault,
            isDefault: ({ isDefault }) => isDefault,
            'owner-id': ({ ownerId }) => ownerId,
          },
        },
        { ids: input.VpcIds, filters: input.Filters, nextToken: input.NextToken, maxResults: input.MaxResults },
      );
      return { Vpcs: items.map(shapeOf), ...nextToken(next) };
    },
    DescribeVpcAttribute({ VpcId, Attribute }, context) {
      const { id, dnsSupport, dnsHostnames } = find(context, 'vpc', VpcId);
      if (Attribute === 'enableDnsSupport') return { VpcId: id, EnableDnsSupport: { Value: dnsSupport } };
      if (Attribute === 'enableDnsHostnames') return { VpcId: id, EnableDnsHostnames: { Value: dnsHostnames } };
      throw invalidValue(`Value (${Attribute}) for parameter attribute is invalid.`);
    },
    ModifyVpcAttribute({ VpcId, EnableDnsSupport, EnableDnsHostnames }, context) {
      const vpc = find(context, 'vpc', VpcId);
      if (EnableDnsSupport && EnableDnsHostnames) {
        const message = 'Fields for multiple attribute types specified: enableDnsHostnames, enableDnsSupport';
        throw new AwsError('InvalidParameterCombination', message);
      }
      if (EnableDnsHostnames?.Value && !vpc.dnsSupport) {
        throw invalidValue('DNS hostnames can only be enabled when DNS support is enabled.');
      }
      vpc.dnsSupport = EnableDnsSupport?.Value ?? vpc.dnsSupport;
      vpc.dnsHostnames = EnableDnsHostnames?.Value ?? vpc.dnsHostnames;
      return {};
    },
    DeleteVpc({ VpcId }, context) {
      const vpc = find(context, 'vpc', VpcId);
      checkVpcUnused(context, vpc);
      deleteVpcParts(context, vpc);
      return {};
    },
  },
  rules: {
    CreateVpc: creating('vpc', 'CreateVpc', 'CidrBlock InstanceTenancy TagSpecifications'),
    DescribeVpcs: reading('VpcIds Filters NextToken MaxResults'),
    DescribeVpcAttribute: acting('VpcId Attribute', ({ VpcId }) => VpcId),
    ModifyVpcAttribute: acting('VpcId EnableDnsSupport EnableDnsHostnames', ({ VpcId }) => VpcId),
    DeleteVpc: acting('VpcId', ({ VpcId }) => VpcId),
  },
};
