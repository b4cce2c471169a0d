import {
  AssociateRouteTableCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  DescribeRouteTablesCommand,
  ReplaceRouteCommand,
  type Route,
  type RouteTable,
} from '@aws-sdk/client-ec2';
import type { AwsClients } from '@meshbed/clients/aws';
import { filter, ownedAs, tagged } from '../aws/tags.ts';
import type { StepContext } from '../steps/types.ts';

export const everywhere = '0.0.0.0/0';

export interface WantedRouteTable {
  vpcId: string;
  name: string;
  subnetIds: readonly string[];
}

/** The table, associated with its subnets; returns its id. */
export async function ensureRouteTable(
  step: StepContext,
  { ec2 }: AwsClients,
  { vpcId, name, subnetIds }: WantedRouteTable,
): Promise<string> {
  const find = async () => {
    const Filters = [filter('vpc-id', vpcId), ...ownedAs(name, step.configuration)];
    return (await ec2.send(new DescribeRouteTablesCommand({ Filters }))).RouteTables?.[0];
  };
  const { RouteTableId = '' } = await step.ensure<RouteTable>({
    kind: 'route table',
    name,
    find,
    async create() {
      const TagSpecifications = tagged('route-table', name, step.configuration);
      const { RouteTable: created } = await ec2.send(new CreateRouteTableCommand({ VpcId: vpcId, TagSpecifications }));
      return created as RouteTable;
    },
  });
  const associate = (SubnetId: string) =>
    step.ensure({
      kind: 'route table association',
      name: `${name}: ${SubnetId}`,
      find: async () =>
        (await find())?.Associations?.find((each) => each.SubnetId === SubnetId)?.RouteTableAssociationId,
      async create() {
        const { AssociationId = '' } = await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId }));
        return AssociationId;
      },
    });
  await Promise.all(subnetIds.map(associate));
  return RouteTableId;
}

/** Ids of all route tables of a VPC, the main one included. */
export async function routeTablesOf({ ec2 }: AwsClients, vpcId: string): Promise<string[]> {
  const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({ Filters: [filter('vpc-id', vpcId)] }));
  return RouteTables.flatMap(({ RouteTableId }) => RouteTableId ?? []);
}

export interface WantedRoute {
  table: string;
  /** For people; the id when absent. */
  name?: string;
  destination: string;
  target: { GatewayId: string } | { NatGatewayId: string } | { VpcPeeringConnectionId: string };
}

/** A route that leads elsewhere, or to something that is gone, is replaced. */
export async function ensureRoute(
  step: StepContext,
  { ec2 }: AwsClients,
  { table, name = table, destination, target }: WantedRoute,
): Promise<void> {
  const route = { RouteTableId: table, DestinationCidrBlock: destination, ...target };
  const [wanted = ''] = Object.values(target);
  await step.ensure<string>({
    kind: 'route',
    name: `${name}: ${destination}`,
    async find() {
      const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({ RouteTableIds: [table] }));
      const found = RouteTables[0]?.Routes?.find(({ DestinationCidrBlock }) => DestinationCidrBlock === destination);
      return found && targetOf(found);
    },
    differs: (found) => (found === wanted ? undefined : `it leads to ${found}`),
    async create() {
      await ec2.send(new CreateRouteCommand(route));
      return wanted;
    },
    async update() {
      await ec2.send(new ReplaceRouteCommand(route));
      return wanted;
    },
  });
}

const targetOf = ({ GatewayId, NatGatewayId, VpcPeeringConnectionId }: Route) =>
  GatewayId ?? NatGatewayId ?? VpcPeeringConnectionId ?? 'another target';
