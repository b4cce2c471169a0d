import {
  DeleteRouteTableCommand,
  DescribeRouteTablesCommand,
  DisassociateRouteTableCommand,
  paginateDescribeRouteTables,
  type RouteTable,
} from '@aws-sdk/client-ec2';
import { ready } from '@meshbed/core';
import { gone, type Kind } from '../types.ts';
import { findEc2 } from './ec2.ts';
import { allOf } from './pages.ts';

/** The main one goes with its VPC. */
const isMain = ({ Associations = [] }: RouteTable) => Associations.some(({ Main }) => Main);

export const routeTable: Kind = {
  title: 'route table',
  after: ['ecs-service', 'node-group', 'eks-cluster', 'load-balancer'],
  find: (search) =>
    findEc2(search, {
      list: (client, Filters) =>
        allOf(paginateDescribeRouteTables({ client }, { Filters }), ({ RouteTables }) => RouteTables),
      idOf: ({ RouteTableId }) => RouteTableId,
      tagsOf: ({ Tags }) => Tags,
      id: { filter: 'route-table-id', prefix: 'rtb' },
      vpc: 'vpc-id',
      counts: (table) => !isMain(table),
    }),
  async remove({ aws: { ec2 } }, { id: RouteTableId }) {
    const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({ RouteTableIds: [RouteTableId] }));
    for (const { RouteTableAssociationId } of RouteTables.flatMap(({ Associations = [] }) => Associations))
      await ec2.send(new DisassociateRouteTableCommand({ AssociationId: RouteTableAssociationId }));
    await ec2.send(new DeleteRouteTableCommand({ RouteTableId }));
    return ready(gone);
  },
  command: ({ id }) => `ec2 delete-route-table --route-table-id ${id}`,
  timeoutMs: 5 * 60_000,
};
