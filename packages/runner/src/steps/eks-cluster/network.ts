import { type PlannedSubnet, type Scope, subnetLayout } from '@meshbed/clients/eks';
import { MeshbedError } from '@meshbed/core';
import { ensureInternetGateway } from '../../network/internet-gateway.ts';
import { ensureNatGateway } from '../../network/nat-gateway.ts';
import { eksCidr } from '../../network/plan.ts';
import { ensureRoute, ensureRouteTable, everywhere } from '../../network/route-table.ts';
import { ensureSubnet, usableZones } from '../../network/subnets.ts';
import { eksVpcName, ensureVpc, findVpc } from '../../network/vpc.ts';
import type { RunContext } from '../../run/context.ts';
import type { StepContext } from '../types.ts';

export interface EksNetwork {
  vpcId: string;
  publicSubnetIds: string[];
  privateSubnetIds: string[];
}

/** The VPC with a public and a private subnet in each of up to three zones. */
export async function ensureNetwork(step: StepContext): Promise<EksNetwork> {
  const { local, configuration } = step;
  const vpc = { name: eksVpcName(configuration), cidr: eksCidr };
  const [vpcId, zones] = await Promise.all([ensureVpc(step, local, vpc), usableZones(local)]);
  const subnets = await Promise.all(
    subnetLayout(zones).map(async (plan) => ({ scope: plan.scope, id: await ensureZone(step, vpcId, plan) })),
  );
  const idsOf = (wanted: Scope) => subnets.filter(({ scope }) => scope === wanted).map(({ id }) => id);
  return { vpcId, publicSubnetIds: idsOf('Public'), privateSubnetIds: idsOf('Private') };
}

const ensureZone = (step: StepContext, vpcId: string, { scope, zone, name, cidr, tags }: PlannedSubnet) =>
  ensureSubnet(step, step.local, {
    vpcId,
    zone,
    name: `${step.configuration.clusterName}/${name}`,
    cidr,
    isPublic: scope === 'Public',
    tags,
  });

/**
 * The ways out: of the public subnets through an Internet gateway, of the private ones through a NAT gateway. Its
 * milestones: `network` when the public subnets are usable and all route tables exist.
 */
export async function ensureRoutes(step: StepContext, network: EksNetwork): Promise<void> {
  const { local, configuration, reach } = step;
  const { vpcId, publicSubnetIds, privateSubnetIds } = network;
  const named = (name: string) => `${configuration.clusterName}/${name}`;
  const [publicName, privateName] = [named('PublicRouteTable'), named('PrivateRouteTable')];
  const [GatewayId, publicTable, privateTable] = await Promise.all([
    ensureInternetGateway(step, local, { name: named('InternetGateway'), vpcId }),
    ensureRouteTable(step, local, { vpcId, name: publicName, subnetIds: publicSubnetIds }),
    ensureRouteTable(step, local, { vpcId, name: privateName, subnetIds: privateSubnetIds }),
  ]);
  const target = { GatewayId };
  await ensureRoute(step, local, { table: publicTable, name: publicName, destination: everywhere, target });
  reach('network');
  const NatGatewayId = await ensureNatGateway(step, local, {
    name: named('NATGateway'),
    address: named('NATIP'),
    vpcId,
    subnetId: publicSubnetIds[0] ?? '',
  });
  const way = { destination: everywhere, target: { NatGatewayId } };
  await ensureRoute(step, local, { table: privateTable, name: privateName, ...way });
}

/** @throws MeshbedError `cloud/no-vpc` when the network of the EKS cluster isn't there. */
export async function findEksVpc({ local, configuration }: RunContext): Promise<string> {
  const vpc = await findVpc(local, eksVpcName(configuration), configuration);
  if (vpc?.VpcId) return vpc.VpcId;
  throw new MeshbedError('cloud/no-vpc', `there is no VPC of the EKS cluster ${configuration.clusterName}`, {
    next: 'run from the step eks_cluster on',
  });
}
