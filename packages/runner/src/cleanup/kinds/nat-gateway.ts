import {
  DeleteNatGatewayCommand,
  DescribeNatGatewaysCommand,
  paginateDescribeNatGateways,
  type NatGateway,
} from '@aws-sdk/client-ec2';
import { ready, waiting } from '@meshbed/core';
import { gone, type Kind } from '../types.ts';
import { findEc2 } from './ec2.ts';
import { allOf } from './pages.ts';

/** AWS lists it for an hour after its end. */
const exists = ({ State }: NatGateway) => State !== 'deleted' && State !== 'failed';

/** What drains still needs its way out. */
export const natGateway: Kind = {
  title: 'NAT gateway',
  after: ['ecs-service', 'node-group', 'eks-cluster'],
  find: (search) =>
    findEc2(search, {
      // This filter parameter is singular.
      list: (client, Filter) =>
        allOf(paginateDescribeNatGateways({ client }, { Filter }), ({ NatGateways }) => NatGateways),
      idOf: ({ NatGatewayId }) => NatGatewayId,
      tagsOf: ({ Tags }) => Tags,
      id: { filter: 'nat-gateway-id', prefix: 'nat' },
      vpc: 'vpc-id',
      counts: exists,
    }),
  async remove({ aws: { ec2 } }, { id }) {
    const { NatGateways = [] } = await ec2.send(new DescribeNatGatewaysCommand({ NatGatewayIds: [id] }));
    const [gateway] = NatGateways.filter(exists);
    if (!gateway) return ready(gone);
    if (gateway.State !== 'deleting') await ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: id }));
    return waiting('it is being deleted');
  },
  command: ({ id }) => `ec2 delete-nat-gateway --nat-gateway-id ${id}`,
  timeoutMs: 15 * 60_000,
};
