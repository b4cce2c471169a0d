import type { AwsClients } from '@meshbed/clients/aws';
import { acrossNetworks, admitting } from '../../mesh/ports.ts';
import { ensureInternetGateway } from '../../network/internet-gateway.ts';
import { ensureNatGateway } from '../../network/nat-gateway.ts';
import { eksCidr, externalCidr, externalNetwork, type PlannedSubnet } from '../../network/plan.ts';
import { ensureRoute, ensureRouteTable, everywhere } from '../../network/route-table.ts';
import { ensureIngress, ensureSecurityGroup } from '../../network/security-groups.ts';
import { ensureSubnet, usableZones } from '../../network/subnets.ts';
import { ensureVpc } from '../../network/vpc.ts';
import type { StepContext } from '../types.ts';

export interface ExternalNetwork {
  vpcId: string;
  /** Resolves when tasks can run in it: its NAT gateway takes minutes, which the peering need not wait for. */
  ready: Promise<void>;
}

/** The VPC of the external account. All its route tables exist when this resolves. */
export async function ensureExternalNetwork(step: StepContext): Promise<ExternalNetwork> {
  const aws = step.aws('external');
  const vpc = { name: externalNetwork.vpc, cidr: externalCidr };
  const [vpcId, zones] = await Promise.all([ensureVpc(step, aws, vpc), usableZones(aws)]);
  const { publicSubnet, privateSubnets, ...names } = externalNetwork;
  const subnet = ({ name, cidr, zone }: PlannedSubnet) =>
    // A region may have only two zones.
    ensureSubnet(step, aws, { vpcId, name, cidr, zone: zones[zone % zones.length] ?? '', isPublic: false });
  const [GatewayId, publicSubnetId, ...privateSubnetIds] = await Promise.all([
    ensureInternetGateway(step, aws, { name: names.internetGateway, vpcId }),
    subnet(publicSubnet),
    ...privateSubnets.map(subnet),
  ]);
  const [publicTable, privateTable] = await Promise.all([
    ensureRouteTable(step, aws, { vpcId, name: names.publicRoutes, subnetIds: [publicSubnetId] }),
    ensureRouteTable(step, aws, { vpcId, name: names.privateRoutes, subnetIds: privateSubnetIds }),
  ]);
  const routed = async () => {
    const { publicRoutes, privateRoutes, natGateway, address } = names;
    const out = { destination: everywhere };
    await ensureRoute(step, aws, { ...out, table: publicTable, name: publicRoutes, target: { GatewayId } });
    const nat = { name: natGateway, address, vpcId, subnetId: publicSubnetId };
    const NatGatewayId = await ensureNatGateway(step, aws, nat);
    await ensureRoute(step, aws, { ...out, table: privateTable, name: privateRoutes, target: { NatGatewayId } });
  };
  const ready = Promise.all([routed(), ensureTaskGroup(step, aws, vpcId)]).then(() => {});
  return { vpcId, ready };
}

/** Members reach each other; the network of EKS reaches what the mesh and the applications listen on. */
async function ensureTaskGroup(step: StepContext, aws: AwsClients, vpcId: string): Promise<void> {
  const name = externalNetwork.securityGroup;
  const description = 'Tasks of the mesh in the external account';
  const groupId = await ensureSecurityGroup(step, aws, { name, description, vpcId });
  const among = { protocol: 'all', ports: [0, 65_535], from: { groupId }, description: 'among the tasks' } as const;
  await ensureIngress(step, aws, { group: groupId, rules: [among, ...admitting({ cidr: eksCidr }, acrossNetworks)] });
}
