import type * as EKS from '@aws-sdk/client-eks';
import type { CreateClusterCommandInput, VpcConfigRequest } from '@aws-sdk/client-eks';
import { messageOf } from '@meshbed/core';
import { inBackground } from '../../background.ts';
import type { Context, World } from '../../context.ts';
import type { Handlers } from '../../service.ts';
import { appliedQuota, quotas } from '../../service-quotas/quotas.ts';
import { tagsFromRecord } from '../../tag-records.ts';
import { validPage } from '../../valid-page.ts';
import { addCreator } from '../access.ts';
import { clusterArn } from '../arns.ts';
import { inUse, invalidParameter, invalidRequest, invalidToken, tooMany } from '../errors.ts';
import { logTypesOf } from '../logging.ts';
import { clusterNamed } from '../lookup.ts';
import { checkGroups, clusterSubnets, createControlPlane } from '../network.ts';
import { checkRole, clusterRole } from '../roles.ts';
import { createClusterGroup, deleteClusterGroup } from '../security-group.ts';
import { type ClusterRecord, EksState } from '../state.ts';
import { defaultVersion, kubernetesVersions } from '../versions.ts';
import { clusterView } from '../views.ts';

const mostPerPage = 100;

export const clusterOperations: Handlers<typeof EKS> = {
  CreateCluster(input, context) {
    const { clusters } = context.state(EksState);
    const name = input.name ?? '';
    if (!/^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/.test(name))
      throw invalidParameter(`The cluster name '${name}' is not valid.`);
    if (clusters.has(name)) throw inUse(`Cluster already exists with name: ${name}`, { clusterName: name });
    const most = appliedQuota(context, quotas.eksClusters);
    if (clusters.size >= most) throw tooMany(`Cluster limit exceeded: you may have ${most}.`, { clusterName: name });
    const cluster = newCluster(input, context, name);
    clusters.set(name, cluster);
    if (cluster.creatorIsAdministrator) addCreator(context.world, cluster, context.principal);
    inBackground(context.world, 'eks', bringUp(context.world, cluster));
    return { cluster: clusterView(cluster) };
  },

  DescribeCluster({ name }, context) {
    return { cluster: clusterView(clusterNamed(context, name)) };
  },

  ListClusters({ nextToken, maxResults = mostPerPage }, context) {
    const names = [...context.state(EksState).clusters.keys()];
    const page = validPage(names, { token: nextToken, size: maxResults, invalid: invalidToken });
    return { clusters: page.items, nextToken: page.next };
  },

  DeleteCluster({ name }, context) {
    const cluster = clusterNamed(context, name);
    const names = { clusterName: cluster.name };
    if (cluster.deletionProtection) throw invalidRequest('Cluster has deletion protection enabled.', names);
    if (cluster.nodegroups.size > 0) throw inUse('Cluster has nodegroups attached', names);
    if (cluster.status === 'CREATING')
      throw inUse(`Cannot delete because cluster ${cluster.name} currently has an update in progress`, names);
    if (cluster.status !== 'DELETING') inBackground(context.world, 'eks', takeDown(context, cluster));
    return { cluster: clusterView(cluster) };
  },
};

function newCluster(input: CreateClusterCommandInput, context: Context, name: string): ClusterRecord {
  const { account, region, world, principal } = context;
  const { resourcesVpcConfig: network = {}, accessConfig = {}, version = defaultVersion, roleArn = '' } = input;
  if (!kubernetesVersions.includes(version)) {
    throw invalidParameter(
      `unsupported Kubernetes version ${version}. Supported versions: ${kubernetesVersions.join(', ')}`,
    );
  }
  checkRole(context, roleArn, clusterRole);
  return {
    account,
    region,
    name,
    arn: clusterArn(context, name),
    version,
    roleArn,
    creatorArn: principal.arn,
    status: 'CREATING',
    createdAtMs: world.clock.now(),
    ...createNetwork(context, name, network),
    logTypes: logTypesOf(new Set(), input.logging),
    serviceCidr: input.kubernetesNetworkConfig?.serviceIpv4Cidr ?? '10.100.0.0/16',
    authenticationMode: accessConfig.authenticationMode ?? 'CONFIG_MAP',
    creatorIsAdministrator: accessConfig.bootstrapClusterCreatorAdminPermissions ?? true,
    selfManagedAddons: input.bootstrapSelfManagedAddons ?? true,
    oidcId: world.ids.hex(32).toUpperCase(),
    deletionProtection: input.deletionProtection ?? false,
    issues: [],
    tags: tagsFromRecord(input.tags),
    nodegroups: new Map(),
    addons: new Map(),
    associations: new Map(),
    accessEntries: new Map(),
    updates: new Map(),
  };
}

/** The cluster's part of the VPC: its security group and the control plane's interfaces. */
function createNetwork(context: Context, name: string, wanted: VpcConfigRequest) {
  const { account, region, world } = context;
  const { securityGroupIds = [], publicAccessCidrs = [] } = wanted;
  const subnets = clusterSubnets(context, wanted.subnetIds);
  const vpcId = subnets[0]?.vpcId ?? '';
  checkGroups(context, securityGroupIds, vpcId);
  const clusterSecurityGroupId = createClusterGroup(world, { name, account, region, vpcId });
  const groupIds = [clusterSecurityGroupId, ...securityGroupIds];
  return {
    vpcId,
    subnetIds: subnets.map(({ id }) => id),
    securityGroupIds,
    clusterSecurityGroupId,
    controlPlaneEniIds: createControlPlane(context, { name, subnets, groupIds }).map(({ eniId }) => eniId),
    endpointPublicAccess: wanted.endpointPublicAccess ?? true,
    endpointPrivateAccess: wanted.endpointPrivateAccess ?? false,
    publicAccessCidrs: publicAccessCidrs.length > 0 ? publicAccessCidrs : ['0.0.0.0/0'],
  };
}

const selfManaged = ['vpc-cni', 'kube-proxy', 'coredns'];

/** The Kubernetes API starts while the time passes that AWS takes; the later of both makes the cluster ACTIVE. */
async function bringUp({ fabric, kubernetes, transitions, log }: World, cluster: ClusterRecord): Promise<void> {
  const { name, arn, account, region, version, vpcId, creatorArn, oidcId } = cluster;
  const publicName = `${oidcId.toLowerCase()}.gr7.${region}.eks.amazonaws.com`;
  const controlPlane = cluster.controlPlaneEniIds.map((eniId) => ({
    eniId,
    ip: fabric.interfaces.get(eniId)?.ips[0] ?? '',
  }));
  try {
    const [host] = await Promise.all([
      kubernetes.createCluster({ name, arn, account, region, version, vpcId, controlPlane, publicName, creatorArn }),
      transitions.wait('eks-cluster', 'CREATING'),
    ]);
    if (cluster.selfManagedAddons) for (const addon of selfManaged) await kubernetes.addonChanged(name, addon, true);
    cluster.endpoint = host.endpoint;
    cluster.certificateAuthorityData = host.certificateAuthorityData;
    cluster.status = 'ACTIVE';
  } catch (error) {
    cluster.status = 'FAILED';
    cluster.issues.push({ code: 'InternalFailure', message: messageOf(error), resourceIds: [] });
  }
  log.write('eks', 'cluster', { cluster: arn, status: cluster.status });
}

async function takeDown(context: Context, cluster: ClusterRecord): Promise<void> {
  const { fabric, kubernetes, transitions, log } = context.world;
  cluster.status = 'DELETING';
  try {
    await Promise.all([kubernetes.deleteCluster(cluster.name), transitions.wait('eks-cluster', 'DELETING')]);
    for (const eniId of cluster.controlPlaneEniIds) fabric.deleteInterface(eniId);
    deleteClusterGroup(context.world, cluster);
    context.state(EksState).clusters.delete(cluster.name);
  } catch (error) {
    cluster.status = 'FAILED';
    cluster.issues.push({ code: 'InternalFailure', message: messageOf(error), resourceIds: [] });
  }
  log.write('eks', 'cluster', { cluster: cluster.arn, status: 'DELETED' });
}
