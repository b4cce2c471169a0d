import {
  DeleteInternetGatewayCommand,
  DescribeInternetGatewaysCommand,
  DetachInternetGatewayCommand,
  paginateDescribeInternetGateways,
} from '@aws-sdk/client-ec2';
import { ready } from '@meshbed/core';
import { gone, type Kind } from '../types.ts';
import { findEc2 } from './ec2.ts';
import { allOf } from './pages.ts';

/** It can't be detached while anything in the VPC has a public address. */
export const internetGateway: Kind = {
  title: 'Internet gateway',
  after: ['elastic-ip', 'nat-gateway', 'network-interface', 'load-balancer', 'ecs-service', 'eks-cluster'],
  find: (search) =>
    findEc2(search, {
      list: (client, Filters) =>
        allOf(paginateDescribeInternetGateways({ client }, { Filters }), ({ InternetGateways }) => InternetGateways),
      idOf: ({ InternetGatewayId }) => InternetGatewayId,
      tagsOf: ({ Tags }) => Tags,
      id: { filter: 'internet-gateway-id', prefix: 'igw' },
      vpc: 'attachment.vpc-id',
    }),
  async remove({ aws: { ec2 } }, { id: InternetGatewayId }) {
    const { InternetGateways = [] } = await ec2.send(
      new DescribeInternetGatewaysCommand({ InternetGatewayIds: [InternetGatewayId] }),
    );
    for (const { VpcId } of InternetGateways.flatMap(({ Attachments = [] }) => Attachments))
      await ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId, VpcId }));
    await ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId }));
    return ready(gone);
  },
  command: ({ id }) => `ec2 delete-internet-gateway --internet-gateway-id ${id}`,
  timeoutMs: 10 * 60_000,
};
