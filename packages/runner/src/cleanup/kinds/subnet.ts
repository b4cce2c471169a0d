import { DeleteSubnetCommand, paginateDescribeSubnets } from '@aws-sdk/client-ec2';
import { ready } from '@meshbed/core';
import { gone, type Kind } from '../types.ts';
import { findEc2 } from './ec2.ts';
import { allOf } from './pages.ts';

export const subnet: Kind = {
  title: 'subnet',
  after: ['network-interface', 'nat-gateway', 'load-balancer', 'route-table', 'eks-cluster'],
  find: (search) =>
    findEc2(search, {
      list: (client, Filters) => allOf(paginateDescribeSubnets({ client }, { Filters }), ({ Subnets }) => Subnets),
      idOf: ({ SubnetId }) => SubnetId,
      tagsOf: ({ Tags }) => Tags,
      id: { filter: 'subnet-id', prefix: 'subnet' },
      vpc: 'vpc-id',
    }),
  async remove({ aws }, { id }) {
    await aws.ec2.send(new DeleteSubnetCommand({ SubnetId: id }));
    return ready(gone);
  },
  command: ({ id }) => `ec2 delete-subnet --subnet-id ${id}`,
  timeoutMs: 10 * 60_000,
};
