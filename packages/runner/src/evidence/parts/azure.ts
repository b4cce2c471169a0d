import { isMissing, type AzureClient, type AzureResource } from '@meshbed/clients/azure';
import { clusterPath, describeAksCluster, groupPath } from '../../azure/managed-cluster.ts';
import { describeAksNetwork } from '../../azure/network.ts';
import { apiVersion } from '../../azure/versions.ts';
import type { Configuration } from '../../configuration/index.ts';
import type { Part } from '../types.ts';

type Read = (azure: AzureClient, configuration: Configuration) => Promise<unknown>;

const listed = (azure: AzureClient, path: string, version: string) =>
  azure.list<AzureResource>(path, version).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });

/** File → what is asked. No credential of a cluster is read. */
const reads: Readonly<Record<string, Read>> = {
  subscription: (azure) => azure.get('', apiVersion.subscriptions),
  groups: (azure) => azure.list('/resourceGroups', apiVersion.resources),
  'resource-group': async (azure, configuration) =>
    (await azure.get(groupPath(configuration), apiVersion.resources)) ?? missing(configuration.azure.resourceGroup),
  resources: (azure) => azure.list('/resources', apiVersion.resources),
  clusters: (azure, configuration) =>
    listed(
      azure,
      `${groupPath(configuration)}/providers/Microsoft.ContainerService/managedClusters`,
      apiVersion.containerService,
    ),
  'node-pools': (azure, configuration) =>
    listed(azure, `${clusterPath(configuration)}/agentPools`, apiVersion.containerService),
  network: async (azure, configuration) => {
    const cluster = await describeAksCluster(azure, configuration);
    return cluster ? describeAksNetwork(azure, cluster) : missing(configuration.azure.clusterName);
  },
};

const missing = (name: string) => ({ state: 'missing', name });

export const azure: Part = {
  folder: 'azure',
  about:
    'what the Resource Manager says: the subscription, resource groups, AKS with its node pools, its network with security rules, load balancers and addresses',
  async collect({ target, azure: client, configuration }, keep) {
    if (!target.azure) return;
    await Promise.all(
      Object.entries(reads).map(([file, read]) => keep(`azure/${file}.json`, () => read(client(), configuration))),
    );
  },
};
