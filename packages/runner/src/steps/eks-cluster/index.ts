import { declared } from '../declared.ts';
import type { Step } from '../types.ts';
import { ensureAddons } from './addons.ts';
import { ensureCluster } from './cluster.ts';
import { ensurePrivateRoutes, ensurePublicRoutes } from './gateways.ts';
import { ensureNetwork } from './network.ts';
import { ensureNodeGroup } from './nodes.ts';
import { ensureIdentityProvider } from './oidc.ts';
import { ensureClusterRole, ensureNodeRole } from './roles.ts';

/**
 * The EKS cluster with its network. NAT gateway and control plane need minutes each and not each other; nodes need
 * both, and the network plugin.
 */
export const eksCluster: Step = declared(async (step) => {
  const network = await ensureNetwork(step);
  const subnetIds = [...network.publicSubnetIds, ...network.privateSubnetIds];
  const routes = async () => {
    await ensurePublicRoutes(step, network);
    step.reach('network');
    await ensurePrivateRoutes(step, network);
  };
  const controlPlane = async () => ensureCluster(step, { roleArn: await ensureClusterRole(step), subnetIds });
  const [cluster, nodeRoleArn] = await Promise.all([controlPlane(), ensureNodeRole(step), routes()]);
  await Promise.all([ensureAddons(step, 'before nodes'), ensureIdentityProvider(step, cluster)]);
  await ensureNodeGroup(step, { nodeRoleArn, subnetIds: network.privateSubnetIds });
  await ensureAddons(step, 'with nodes');
});
