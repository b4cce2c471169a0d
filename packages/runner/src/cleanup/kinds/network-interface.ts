import {
  DeleteNetworkInterfaceCommand,
  DescribeNetworkInterfacesCommand,
  paginateDescribeNetworkInterfaces,
} from '@aws-sdk/client-ec2';
import { ready, waiting } from '@meshbed/core';
import { gone, type Kind } from '../types.ts';
import { findEc2 } from './ec2.ts';
import { allOf } from './pages.ts';

/**
 * Those of tasks, nodes and load balancers go by themselves, seconds to minutes after their owners; orphans of the VPC
 * CNI stay and are deleted here.
 */
export const networkInterface: Kind = {
  title: 'network interface',
  after: ['ecs-service', 'load-balancer', 'node-group', 'eks-cluster', 'nat-gateway'],
  find: (search) =>
    findEc2(search, {
      list: (client, Filters) =>
        allOf(paginateDescribeNetworkInterfaces({ client }, { Filters }), (page) => page.NetworkInterfaces),
      idOf: ({ NetworkInterfaceId }) => NetworkInterfaceId,
      tagsOf: ({ TagSet }) => TagSet,
      nameOf: ({ Description }) => Description,
      id: { filter: 'network-interface-id', prefix: 'eni' },
      vpc: 'vpc-id',
    }),
  async remove({ aws: { ec2 } }, { id }) {
    const { NetworkInterfaces = [] } = await ec2.send(
      new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [id] }),
    );
    const [found] = NetworkInterfaces;
    if (!found) return ready(gone);
    const user = found.Attachment?.InstanceId ?? found.RequesterId ?? found.Description ?? 'its owner';
    if (found.Status !== 'available' || found.RequesterManaged) return waiting(`${user} still has it`);
    await ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: id }));
    return ready(gone);
  },
  command: ({ id }) => `ec2 delete-network-interface --network-interface-id ${id}`,
  timeoutMs: 10 * 60_000,
  incidental: true,
};
