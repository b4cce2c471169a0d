import { declared } from '../declared.ts';
import type { Step } from '../types.ts';
import { ensureAddons } from './addons.ts';
import { ensureCluster } from './cluster.ts';
import { ensureNetwork, ensureRoutes } from './network.ts';
import { ensureNodeGroup } from './nodes.ts';
import { ensureIdentityProvider } from './oidc.ts';
import { ensureClusterRole, ensureNodeRole } from './roles.ts';

/**
 * The EKS cluster with its network. NAT gateway and control plane need minutes each and not each other; nodes need
 * both, and the network plugin. Milestones: `network` for what goes into the public subnets, `control-plane` for what
 * needs the Kubernetes API or the cluster's security group.
 */
export const eksCluster: Step = declared(async (step) => {
  const network = await ensureNetwork(step);
  const subnetIds = [...network.publicSubnetIds, ...network.privateSubnetIds];
  const controlPlane = async () => {
    const cluster = await ensureCluster(step, { roleArn: await ensureClusterRole(step), subnetIds });
    step.reach('control-plane');
    return cluster;
  };
  const [cluster, nodeRoleArn] = await Promise.all([controlPlane(), ensureNodeRole(step), ensureRoutes(step, network)]);
  await Promise.all([ensureAddons(step, 'before nodes'), ensureIdentityProvider(step, cluster)]);
  await ensureNodeGroup(step, { nodeRoleArn, subnetIds: network.privateSubnetIds });
  await ensureAddons(step, 'with nodes');
});
