import type * as EC2 from '@aws-sdk/client-ec2';
import { type Fabric, type Route, routeState, type RouteTable, type RouteTableAssociation } from '@meshbed/fabric';
import type { Context } from '../../context.ts';
import { AwsError } from '../../errors.ts';
import type { ServiceParts } from '../../service.ts';
import { describe, nextToken } from '../describe.ts';
import { hasDependencies, invalidValue } from '../errors.ts';
import { find, own } from '../objects.ts';
import { addTable, newAssociationId } from '../route-tables.ts';
import { acting, creating, reading } from '../rules.ts';
import { shownTags, tagsFor } from '../tags.ts';

const targetShape = ({ target }: Route): Partial<EC2.Route> => {
  switch (target.kind) {
    case 'local':
      return { GatewayId: 'local' };
    case 'internet-gateway':
      return { GatewayId: target.id };
    case 'nat-gateway':
      return { NatGatewayId: target.id };
    case 'peering':
      return { VpcPeeringConnectionId: target.id };
    case 'internet':
      return {}; // of no route table in AWS
  }
};

const shapeOf = (fabric: Fabric, table: RouteTable): EC2.RouteTable => ({
  RouteTableId: table.id,
  VpcId: table.vpcId,
  OwnerId: table.ownerId,
  Routes: table.routes.map((route) => ({
    DestinationCidrBlock: route.destination,
    ...targetShape(route),
    State: routeState(fabric, table, route),
    Origin: route.origin,
  })),
  Associations: table.associations.map(({ id, subnetId, main }) => ({
    RouteTableAssociationId: id,
    RouteTableId: table.id,
    SubnetId: subnetId,
    Main: main,
    AssociationState: { State: 'associated' },
  })),
  PropagatingVgws: [],
  Tags: shownTags(table.tags),
});

interface FoundAssociation {
  table: RouteTable;
  association: RouteTableAssociation;
}

function associationOf(context: Context, id: string | undefined): FoundAssociation {
  for (const table of own(context, 'route-table')) {
    const association = table.associations.find((candidate) => candidate.id === id);
    if (association) return { table, association };
  }
  throw new AwsError('InvalidAssociationID.NotFound', `The association ID '${id}' does not exist`);
}

const withoutAssociation = (table: RouteTable, id: string) => {
  table.associations = table.associations.filter((association) => association.id !== id);
};

function associate(context: Context, { RouteTableId, SubnetId }: EC2.AssociateRouteTableCommandInput): string {
  const table = find(context, 'route-table', RouteTableId);
  const subnet = find(context, 'subnet', SubnetId);
  if (table.vpcId !== subnet.vpcId) {
    throw invalidValue(`Route table ${table.id} and subnet ${subnet.id} belong to different networks`);
  }
  const associated = own(context, 'route-table').flatMap(({ associations }) => associations);
  const present = associated.find(({ subnetId }) => subnetId === subnet.id);
  if (present && table.associations.includes(present)) return present.id;
  if (present) {
    const message = `the specified association for route table ${table.id} conflicts with an existing association`;
    throw new AwsError('Resource.AlreadyAssociated', message);
  }
  const association = { id: newAssociationId(context), subnetId: subnet.id, main: false };
  table.associations.push(association);
  return association.id;
}

function replaceAssociation(context: Context, input: EC2.ReplaceRouteTableAssociationCommandInput): string {
  const { table: from, association } = associationOf(context, input.AssociationId);
  const to = find(context, 'route-table', input.RouteTableId);
  if (from.vpcId !== to.vpcId) throw invalidValue(`Route tables ${from.id} and ${to.id} belong to different networks`);
  withoutAssociation(from, association.id);
  const replaced = { ...association, id: newAssociationId(context) };
  to.associations.push(replaced);
  return replaced.id;
}

export const routeTableOperations: ServiceParts<typeof EC2> = {
  handlers: {
    CreateRouteTable({ VpcId, TagSpecifications }, context) {
      const tags = tagsFor('route-table', TagSpecifications);
      const table = addTable(context, find(context, 'vpc', VpcId), tags);
      return { RouteTable: shapeOf(context.world.fabric, table) };
    },
    DescribeRouteTables(input, context) {
      const { fabric } = context.world;
      const { items, next } = describe(
        {
          kind: 'route-table',
          items: own(context, 'route-table'),
          filters: {
            'route-table-id': ({ id }) => id,
            'vpc-id': ({ vpcId }) => vpcId,
            'owner-id': ({ ownerId }) => ownerId,
            'association.main': ({ associations }) => associations.some(({ main }) => main),
            'association.subnet-id': ({ associations }) => associations.map(({ subnetId }) => subnetId),
            'association.route-table-id': ({ id, associations }) => (associations.length > 0 ? id : undefined),
            'association.route-table-association-id': ({ associations }) => associations.map(({ id }) => id),
            'route.destination-cidr-block': ({ routes }) => routes.map(({ destination }) => destination),
            'route.gateway-id': ({ routes }) => routes.map((route) => targetShape(route).GatewayId),
            'route.nat-gateway-id': ({ routes }) => routes.map((route) => targetShape(route).NatGatewayId),
            'route.vpc-peering-connection-id': ({ routes }) =>
              routes.map((route) => targetShape(route).VpcPeeringConnectionId),
            'route.state': (table) => table.routes.map((route) => routeState(fabric, table, route)),
            'route.origin': ({ routes }) => routes.map(({ origin }) => origin),
          },
        },
        { ids: input.RouteTableIds, filters: input.Filters, nextToken: input.NextToken, maxResults: input.MaxResults },
      );
      return { RouteTables: items.map((table) => shapeOf(fabric, table)), ...nextToken(next) };
    },
    AssociateRouteTable: (input, context) => ({
      AssociationId: associate(context, input),
      AssociationState: { State: 'associated' },
    }),
    ReplaceRouteTableAssociation: (input, context) => ({
      NewAssociationId: replaceAssociation(context, input),
      AssociationState: { State: 'associated' },
    }),
    DisassociateRouteTable({ AssociationId }, context) {
      const { table, association } = associationOf(context, AssociationId);
      if (association.main) {
        throw invalidValue(`cannot disassociate the main route table association ${association.id}`);
      }
      withoutAssociation(table, association.id);
      return {};
    },
    DeleteRouteTable({ RouteTableId }, context) {
      const table = find(context, 'route-table', RouteTableId);
      if (table.associations.length > 0) throw hasDependencies(`routeTable '${table.id}'`);
      context.world.fabric.routeTables.delete(table.id);
      return {};
    },
  },
  rules: {
    CreateRouteTable: creating(
      'route-table',
      'CreateRouteTable',
      'VpcId TagSpecifications',
      (input: EC2.CreateRouteTableCommandInput) => input.VpcId,
    ),
    DescribeRouteTables: reading('RouteTableIds Filters NextToken MaxResults'),
    AssociateRouteTable: acting('RouteTableId SubnetId', (input) => [input.RouteTableId, input.SubnetId]),
    ReplaceRouteTableAssociation: acting('AssociationId RouteTableId', (input) => input.RouteTableId),
    DisassociateRouteTable: { accepts: 'AssociationId' },
    DeleteRouteTable: acting('RouteTableId', ({ RouteTableId }) => RouteTableId),
  },
};
