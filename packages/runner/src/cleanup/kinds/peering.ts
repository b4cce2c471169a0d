import {
  DeleteVpcPeeringConnectionCommand,
  DescribeVpcPeeringConnectionsCommand,
  paginateDescribeVpcPeeringConnections,
  type VpcPeeringConnection,
} from '@aws-sdk/client-ec2';
import { ready, waiting } from '@meshbed/core';
import { gone, type Kind, type Search, type Sighting } from '../types.ts';
import { findEc2 } from './ec2.ts';
import { allOf } from './pages.ts';

/** Ended ones stay listed for about two hours. */
const ended: ReadonlySet<string | undefined> = new Set(['deleted', 'failed', 'rejected', 'expired']);
const exists = ({ Status }: VpcPeeringConnection) => !ended.has(Status?.Code);

/** Either side may delete it; each account sees it with tags of its own, so that the other side finds it by its VPC. */
export const peering: Kind = {
  title: 'peering connection',
  after: ['peering-route'],
  find: findPeerings,
  async remove({ aws: { ec2 } }, { id }) {
    const { VpcPeeringConnections = [] } = await ec2.send(
      new DescribeVpcPeeringConnectionsCommand({ VpcPeeringConnectionIds: [id] }),
    );
    const [connection] = VpcPeeringConnections.filter(exists);
    if (!connection) return ready(gone);
    if (connection.Status?.Code !== 'deleting')
      await ec2.send(new DeleteVpcPeeringConnectionCommand({ VpcPeeringConnectionId: id }));
    return waiting('it is being deleted');
  },
  command: ({ id }) => `ec2 delete-vpc-peering-connection --vpc-peering-connection-id ${id}`,
  timeoutMs: 5 * 60_000,
};

export async function findPeerings(search: Search): Promise<Sighting[]> {
  const sides = ['requester-vpc-info.vpc-id', 'accepter-vpc-info.vpc-id'];
  const found = await Promise.all(
    sides.map((vpc) =>
      findEc2<VpcPeeringConnection>(search, {
        list: (client, Filters) =>
          allOf(paginateDescribeVpcPeeringConnections({ client }, { Filters }), (page) => page.VpcPeeringConnections),
        idOf: ({ VpcPeeringConnectionId }) => VpcPeeringConnectionId,
        tagsOf: ({ Tags }) => Tags,
        id: { filter: 'vpc-peering-connection-id', prefix: 'pcx' },
        vpc,
        counts: exists,
      }),
    ),
  );
  const unique = new Map(found.flat().map((each) => [each.id, { ...each, eks: false }]));
  return [...unique.values()];
}
