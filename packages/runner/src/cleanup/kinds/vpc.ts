import { DeleteVpcCommand, paginateDescribeVpcs } from '@aws-sdk/client-ec2';
import { ready } from '@meshbed/core';
import { gone, type Kind } from '../types.ts';
import { findEc2 } from './ec2.ts';
import { allOf } from './pages.ts';

export const vpc: Kind = {
  title: 'VPC',
  after: ['subnet', 'internet-gateway', 'route-table', 'security-group', 'nat-gateway', 'peering', 'network-interface'],
  find: (search) =>
    findEc2(search, {
      list: (client, Filters) => allOf(paginateDescribeVpcs({ client }, { Filters }), ({ Vpcs }) => Vpcs),
      idOf: ({ VpcId }) => VpcId,
      tagsOf: ({ Tags }) => Tags,
      id: { filter: 'vpc-id', prefix: 'vpc' },
    }),
  async remove({ aws }, { id }) {
    await aws.ec2.send(new DeleteVpcCommand({ VpcId: id }));
    return ready(gone);
  },
  command: ({ id }) => `ec2 delete-vpc --vpc-id ${id}`,
  timeoutMs: 5 * 60_000,
};
