import { CreateClusterCommand, DescribeClusterCommand, type Cluster } from '@aws-sdk/client-eks';
import { isNotFound } from '@meshbed/clients/aws';
import { MeshbedError, ready, waiting, type Progress } from '@meshbed/core';
import { ownTags } from '../../aws/tags.ts';
import type { StepContext } from '../types.ts';

export interface ClusterParts {
  roleArn: string;
  subnetIds: string[];
}

/** Waits for one that is being deleted, creates it, waits until it is ACTIVE. */
export async function ensureCluster(step: StepContext, { roleArn, subnetIds }: ClusterParts): Promise<Cluster> {
  const { configuration, local } = step;
  const name = configuration.clusterName;
  const find = async () => {
    try {
      return (await local.eks.send(new DescribeClusterCommand({ name }))).cluster;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  };
  if ((await find())?.status === 'DELETING') await step.wait(gone(name, find));
  await step.ensure<Cluster>({
    kind: 'EKS cluster',
    name,
    find,
    async create() {
      const { cluster } = await local.eks.send(
        new CreateClusterCommand({
          name,
          roleArn,
          resourcesVpcConfig: { subnetIds, endpointPublicAccess: true, endpointPrivateAccess: true },
          accessConfig: { authenticationMode: 'API_AND_CONFIG_MAP', bootstrapClusterCreatorAdminPermissions: true },
          bootstrapSelfManagedAddons: false,
          tags: ownTags(configuration),
        }),
      );
      return cluster as Cluster;
    },
  });
  const cluster = await step.wait({
    what: `EKS cluster ${name}`,
    timeoutMs: 25 * 60_000,
    next: `aws eks describe-cluster --name ${name}`,
    condition: async () => progressOf(name, await find()),
  });
  step.observe('Kubernetes (EKS)', cluster.version);
  return cluster;
}

function gone(name: string, find: () => Promise<Cluster | undefined>) {
  return {
    what: `deletion of the EKS cluster ${name}`,
    timeoutMs: 15 * 60_000,
    condition: async () =>
      (await find()) === undefined ? ready(true) : waiting(`EKS cluster ${name} is being deleted`),
  };
}

function progressOf(name: string, cluster: Cluster | undefined): Progress<Cluster> {
  if (cluster?.status === 'ACTIVE' || cluster?.status === 'UPDATING') return ready(cluster);
  if (cluster?.status !== 'FAILED') return waiting(`EKS cluster ${name} is ${cluster?.status ?? 'not visible yet'}`);
  const issues = (cluster.health?.issues ?? []).map(({ code, message }) => `${code}: ${message}`).join('; ');
  throw new MeshbedError('cloud/eks-cluster-failed', `the EKS cluster ${name} failed to start`, {
    object: name,
    ...(issues === '' ? {} : { likely: issues }),
    next: `delete it and run again: aws eks delete-cluster --name ${name}`,
  });
}
