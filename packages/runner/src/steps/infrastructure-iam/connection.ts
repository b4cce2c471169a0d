import { acrossNetworks, admitting } from '../../mesh/ports.ts';
import { ensurePeering, type PeeringSide } from '../../network/peering.ts';
import { eksCidr, externalCidr, peeringName } from '../../network/plan.ts';
import { ensureRoute, routeTablesOf } from '../../network/route-table.ts';
import { ensureIngress } from '../../network/security-groups.ts';
import { describeEksCluster } from '../../run/connections.ts';
import { findEksVpc } from '../eks-cluster/network.ts';
import type { StepContext } from '../types.ts';

/** The networks of both accounts reach each other: peering, routes in every table, and EKS lets the other side in. */
export async function ensureConnected(step: StepContext, externalVpcId: string): Promise<void> {
  await Promise.all([ensurePeered(step, externalVpcId), admitExternal(step)]);
}

async function ensurePeered(step: StepContext, externalVpcId: string): Promise<void> {
  await step.after('eks_cluster.network');
  const requester = { aws: step.local, vpcId: await findEksVpc(step) };
  const accepter = { aws: step.aws('external'), vpcId: externalVpcId };
  const peering = await ensurePeering(step, { name: peeringName, requester, accepter });
  await Promise.all([
    routeEverywhere(step, requester, { destination: externalCidr, peering }),
    routeEverywhere(step, accepter, { destination: eksCidr, peering }),
  ]);
}

/** A subnet whose table lacks the route would be reached and could not answer. */
async function routeEverywhere(
  step: StepContext,
  { aws, vpcId }: PeeringSide,
  { destination, peering }: { destination: string; peering: string },
): Promise<void> {
  const target = { VpcPeeringConnectionId: peering };
  const tables = await routeTablesOf(aws, vpcId);
  await Promise.all(tables.map((table) => ensureRoute(step, aws, { table, destination, target })));
}

/** EKS's own group admits only itself. */
async function admitExternal(step: StepContext): Promise<void> {
  await step.after('eks_cluster.control-plane');
  const { resourcesVpcConfig } = await describeEksCluster(step.local, step.configuration.clusterName);
  const group = resourcesVpcConfig?.clusterSecurityGroupId ?? '';
  await ensureIngress(step, step.local, { group, rules: admitting({ cidr: externalCidr }, acrossNetworks) });
}
