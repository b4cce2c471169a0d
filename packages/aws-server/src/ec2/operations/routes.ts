import type * as EC2 from '@aws-sdk/client-ec2';
import type { Route, RouteTable, RouteTarget } from '@meshbed/fabric';
import { cidrIncludes, formatCidr, parseCidr, tryParseCidr } from '@meshbed/policy/network';
import type { Context } from '../../context.ts';
import { AwsError } from '../../errors.ts';
import type { ServiceParts } from '../../service.ts';
import { invalidValue } from '../errors.ts';
import { missing } from '../kinds.ts';
import { find, tryFind } from '../objects.ts';
import { acting } from '../rules.ts';

interface RouteInput {
  GatewayId?: string | undefined;
  NatGatewayId?: string | undefined;
  VpcPeeringConnectionId?: string | undefined;
}

function targetOf(context: Context, table: RouteTable, input: RouteInput): RouteTarget {
  const { GatewayId, NatGatewayId, VpcPeeringConnectionId } = input;
  const given = [GatewayId, NatGatewayId, VpcPeeringConnectionId].filter((id) => id !== undefined);
  if (given.length !== 1) {
    throw new AwsError(
      'MissingParameter',
      'The request must contain exactly one of gatewayId, natGatewayId, vpcPeeringConnectionId',
    );
  }
  if (GatewayId !== undefined) return gatewayTarget(context, table, GatewayId);
  if (NatGatewayId !== undefined) return natTarget(context, table, NatGatewayId);
  return peeringTarget(context, table, VpcPeeringConnectionId ?? '');
}

const differentNetworks = (table: RouteTable, other: string) =>
  invalidValue(`route table ${table.id} and ${other} belong to different networks`);

function gatewayTarget(context: Context, table: RouteTable, id: string): RouteTarget {
  const gateway = tryFind(context, 'internet-gateway', id);
  if (!gateway) throw new AwsError('InvalidGatewayID.NotFound', `The gateway ID '${id}' does not exist`);
  if (gateway.vpcId !== table.vpcId) throw differentNetworks(table, `network gateway ${id}`);
  return { kind: 'internet-gateway', id };
}

function natTarget(context: Context, table: RouteTable, id: string): RouteTarget {
  const nat = tryFind(context, 'natgateway', id);
  if (!nat || nat.state === 'deleted') {
    throw new AwsError('InvalidNatGatewayID.NotFound', `The natGateway ID '${id}' does not exist`);
  }
  if (nat.vpcId !== table.vpcId) throw differentNetworks(table, `NAT gateway ${id}`);
  return { kind: 'nat-gateway', id };
}

/** A peering that is not yet accepted may be used: the route is a blackhole until then. */
function peeringTarget({ world }: Context, table: RouteTable, id: string): RouteTarget {
  const peering = world.fabric.peerings.get(id);
  const usable = peering && ['pending-acceptance', 'provisioning', 'active'].includes(peering.status);
  if (!usable) throw missing('vpc-peering-connection', id);
  if (peering.accepterVpcId !== table.vpcId && peering.requesterVpcId !== table.vpcId) {
    throw differentNetworks(table, `peering connection ${id}`);
  }
  return { kind: 'peering', id };
}

function destinationOf(text: string | undefined): string {
  const cidr = tryParseCidr(text ?? '');
  if (!cidr)
    throw invalidValue(
      `Value (${text}) for parameter destinationCidrBlock is invalid. This is not a valid CIDR block.`,
    );
  return formatCidr(cidr);
}

function checkNew(context: Context, table: RouteTable, destination: string): void {
  if (table.routes.some((route) => route.destination === destination)) {
    throw new AwsError('RouteAlreadyExists', `The route identified by ${destination} already exists.`);
  }
  const { cidr } = find(context, 'vpc', table.vpcId);
  if (cidrIncludes(parseCidr(cidr), parseCidr(destination))) {
    throw invalidValue(
      `The destination CIDR block ${destination} is equal to or more specific than one of this VPC's CIDR blocks. This route can target only an interface or an instance.`,
    );
  }
}

function routeOf(table: RouteTable, destination: string): Route {
  const route = table.routes.find((candidate) => candidate.destination === destination);
  if (!route || route.target.kind === 'local') {
    const message = `no route with destination-cidr-block ${destination} in route table ${table.id}`;
    throw new AwsError('InvalidRoute.NotFound', message);
  }
  return route;
}

const accepted = 'RouteTableId DestinationCidrBlock GatewayId NatGatewayId VpcPeeringConnectionId';

export const routeOperations: ServiceParts<typeof EC2> = {
  handlers: {
    CreateRoute(input, context) {
      const table = find(context, 'route-table', input.RouteTableId);
      const destination = destinationOf(input.DestinationCidrBlock);
      const target = targetOf(context, table, input);
      checkNew(context, table, destination);
      table.routes.push({ destination, target, origin: 'CreateRoute' });
      return { Return: true };
    },
    ReplaceRoute(input, context) {
      const table = find(context, 'route-table', input.RouteTableId);
      const route = routeOf(table, destinationOf(input.DestinationCidrBlock));
      route.target = targetOf(context, table, input);
      return {};
    },
    DeleteRoute({ RouteTableId, DestinationCidrBlock }, context) {
      const table = find(context, 'route-table', RouteTableId);
      const route = routeOf(table, destinationOf(DestinationCidrBlock));
      table.routes.splice(table.routes.indexOf(route), 1);
      return {};
    },
  },
  rules: {
    CreateRoute: acting(accepted, ({ RouteTableId }) => RouteTableId),
    ReplaceRoute: acting(accepted, ({ RouteTableId }) => RouteTableId),
    DeleteRoute: acting('RouteTableId DestinationCidrBlock', ({ RouteTableId }) => RouteTableId),
  },
};
