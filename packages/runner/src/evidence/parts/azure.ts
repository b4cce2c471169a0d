import { isMissing, type AzureClient, type AzureResource } from '@meshbed/clients/azure';
import { clusterPath, groupPath } from '../../azure/managed-cluster.ts';
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
};

const missing = (name: string) => ({ state: 'missing', name });

export const azure: Part = {
  folder: 'azure',
  about:
    'what the Resource Manager says: the subscription, resource groups, AKS with its node pools, the network they imply',
  async collect({ target, azure: client, configuration }, keep) {
    if (!target.azure) return;
    await Promise.all(
      Object.entries(reads).map(([file, read]) => keep(`azure/${file}.json`, () => read(client(), configuration))),
    );
  },
};
