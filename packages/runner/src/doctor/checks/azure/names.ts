import type { AzureResource } from '@meshbed/clients/azure';
import { clusterPath, describeAksCluster, groupPath } from '../../../azure/managed-cluster.ts';
import { clusterTag, isOurs } from '../../../azure/tags.ts';
import { apiVersion } from '../../../azure/versions.ts';
import type { Noted } from '../../types.ts';
import type { SubscriptionCheck } from './index.ts';

/** Whether the names that a run gives belong to others already. */
export const takenNames: SubscriptionCheck = {
  id: 'names',
  async look({ configuration }, azure) {
    const { resourceGroup, clusterName, region } = configuration.azure;
    const nodeGroup = `MC_${resourceGroup}_${clusterName}_${region}`.slice(0, 80);
    const [group, cluster, nodes] = await Promise.all([
      azure.get<AzureResource>(groupPath(configuration), apiVersion.resources),
      describeAksCluster(azure, configuration),
      azure.get<AzureResource>(`/resourceGroups/${nodeGroup}`, apiVersion.resources),
    ]);
    if (cluster && !isOurs(cluster, configuration)) return [notOurs(clusterName, cluster.tags?.[clusterTag])];
    if (nodes && !cluster)
      return [
        {
          verdict: 'problem',
          object: `resource group ${nodeGroup}`,
          says: `it is there without its AKS cluster, which needs the name for its machines`,
          fix: `az group delete --name ${nodeGroup}, or set AKS_CLUSTER_NAME`,
        },
      ];
    return [
      {
        verdict: 'ok',
        object: clusterPath(configuration),
        says: groupState(group, isOurs(group ?? {}, configuration)),
      },
    ];
  },
};

const notOurs = (name: string, owner: string | undefined): Noted => ({
  verdict: owner === undefined ? 'warning' : 'problem',
  object: `AKS cluster ${name}`,
  says: owner === undefined ? 'it is there, and not ours' : `it belongs to the environment ${owner}`,
  fix: 'set AKS_CLUSTER_NAME or AZURE_RESOURCE_GROUP',
});

function groupState(group: AzureResource | undefined, ours: boolean): string {
  if (!group) return 'the names of the resource group and of the cluster are free';
  return ours
    ? 'the resource group is ours, and nobody else has the name of the cluster'
    : `the resource group was there before (${group.location}): it is used, and not deleted`;
}
