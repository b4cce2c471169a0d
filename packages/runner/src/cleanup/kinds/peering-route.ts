import { DeleteRouteCommand, paginateDescribeRouteTables, type Route } from '@aws-sdk/client-ec2';
import { ready } from '@meshbed/core';
import { filter } from '../../aws/tags.ts';
import { gone, type Kind, type Search, type Sighting } from '../types.ts';
import { allOf } from './pages.ts';
import { findPeerings } from './peering.ts';

/** Routes of a VPC that stays through a peering of ours, or through one that is no more: nothing else takes them away. */
export const peeringRoute: Kind = {
  title: 'route',
  after: [],
  async find(search) {
    if (search.account === 'external') return [];
    const [tables, peerings] = await Promise.all([tablesOf(search), findPeerings(search)]);
    const ours = new Set(peerings.map(({ id }) => id));
    const isOurs = ({ VpcPeeringConnectionId: id, State }: Route) =>
      id !== undefined && (ours.has(id) || State === 'blackhole');
    return tables.flatMap(({ RouteTableId = '', Routes = [] }) =>
      Routes.filter(isOurs).map(({ DestinationCidrBlock = '' }): Sighting => ({
        id: DestinationCidrBlock,
        name: `${DestinationCidrBlock} in ${RouteTableId}`,
        evidence: 'place',
        eks: false,
        within: RouteTableId,
      })),
    );
  },
  async remove({ aws }, { id, within }) {
    await aws.ec2.send(new DeleteRouteCommand({ RouteTableId: within, DestinationCidrBlock: id }));
    return ready(gone);
  },
  command: ({ id, within }) => `ec2 delete-route --route-table-id ${within} --destination-cidr-block ${id}`,
  timeoutMs: 2 * 60_000,
  inCluster: true,
};

async function tablesOf({ aws: { ec2: client }, vpcs }: Search) {
  const ids = await vpcs();
  if (ids.length === 0) return [];
  const Filters = [filter('vpc-id', ...ids)];
  return allOf(paginateDescribeRouteTables({ client }, { Filters }), ({ RouteTables }) => RouteTables);
}
