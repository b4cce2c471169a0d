import { DescribeAddressesCommand, ReleaseAddressCommand } from '@aws-sdk/client-ec2';
import { ready } from '@meshbed/core';
import { gone, type Kind } from '../types.ts';
import { findEc2 } from './ec2.ts';

export const elasticIp: Kind = {
  title: 'elastic IP address',
  after: ['nat-gateway'],
  find: (search) =>
    findEc2(search, {
      list: async (ec2, Filters) => (await ec2.send(new DescribeAddressesCommand({ Filters }))).Addresses ?? [],
      idOf: ({ AllocationId }) => AllocationId,
      tagsOf: ({ Tags }) => Tags,
      nameOf: ({ PublicIp }) => PublicIp,
      id: { filter: 'allocation-id', prefix: 'eipalloc' },
    }),
  async remove({ aws }, { id }) {
    await aws.ec2.send(new ReleaseAddressCommand({ AllocationId: id }));
    return ready(gone);
  },
  command: ({ id }) => `ec2 release-address --allocation-id ${id}`,
  timeoutMs: 10 * 60_000,
};
