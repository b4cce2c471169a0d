import {
  AssociateRouteTableCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  DescribeRouteTablesCommand,
  ReplaceRouteCommand,
  type RouteTable,
} from '@aws-sdk/client-ec2';
import { filter, ownedAs, tagged } from '../../aws/tags.ts';
import type { StepContext } from '../types.ts';

export interface WantedRouteTable {
  vpcId: string;
  name: string;
  subnetIds: readonly string[];
  /** Where everything outside the VPC goes. */
  target: { GatewayId: string } | { NatGatewayId: string };
}

const everywhere = '0.0.0.0/0';

export async function ensureRouteTable(step: StepContext, wanted: WantedRouteTable): Promise<void> {
  const { vpcId, target, subnetIds } = wanted;
  const { ec2 } = step.local;
  const name = `${step.configuration.clusterName}/${wanted.name}`;
  const find = async () => {
    const Filters = [filter('vpc-id', vpcId), ...ownedAs(name, step.configuration)];
    return (await ec2.send(new DescribeRouteTablesCommand({ Filters }))).RouteTables?.[0];
  };
  const table = await step.ensure<RouteTable>({
    kind: 'route table',
    name,
    find,
    async create() {
      const TagSpecifications = tagged('route-table', name, step.configuration);
      const { RouteTable: created } = await ec2.send(new CreateRouteTableCommand({ VpcId: vpcId, TagSpecifications }));
      return created as RouteTable;
    },
  });
  await ensureDefaultRoute(step, { name, RouteTableId: table.RouteTableId ?? '', target, find });
  await Promise.all(
    subnetIds.map((subnet) => ensureAssociation(step, { name, subnet, RouteTableId: table.RouteTableId ?? '', find })),
  );
}

interface Found {
  name: string;
  RouteTableId: string;
  find: () => Promise<RouteTable | undefined>;
}

async function ensureDefaultRoute(
  step: StepContext,
  { name, RouteTableId, target, find }: Found & Pick<WantedRouteTable, 'target'>,
) {
  const { ec2 } = step.local;
  const route = { RouteTableId, DestinationCidrBlock: everywhere, ...target };
  const [wanted = ''] = Object.values(target);
  await step.ensure<string>({
    kind: 'route',
    name: `${name}: ${everywhere}`,
    async find() {
      const routes = (await find())?.Routes ?? [];
      const found = routes.find(({ DestinationCidrBlock }) => DestinationCidrBlock === everywhere);
      return found && (found.GatewayId ?? found.NatGatewayId ?? 'another target');
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

async function ensureAssociation(step: StepContext, { name, subnet, RouteTableId, find }: Found & { subnet: string }) {
  await step.ensure({
    kind: 'route table association',
    name: `${name}: ${subnet}`,
    async find() {
      return (await find())?.Associations?.find(({ SubnetId }) => SubnetId === subnet)?.RouteTableAssociationId;
    },
    async create() {
      const { AssociationId } = await step.local.ec2.send(
        new AssociateRouteTableCommand({ RouteTableId, SubnetId: subnet }),
      );
      return AssociationId ?? '';
    },
  });
}
