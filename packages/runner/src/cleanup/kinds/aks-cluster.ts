import { ready, waiting } from '@meshbed/core';
import { clusterPath, describeAksCluster, type ManagedCluster } from '../../azure/managed-cluster.ts';
import { clusterTag } from '../../azure/tags.ts';
import { apiVersion } from '../../azure/versions.ts';
import { gone, type Evidence, type Kind, type Place } from '../types.ts';

/** Our AKS cluster; one that is tagged as another environment's is not ours, whatever its name. */
export async function aksCluster({ azure, configuration }: Place): Promise<ManagedCluster | undefined> {
  const found = azure && (await describeAksCluster(azure, configuration));
  return found && evidenceIn(found, configuration.clusterName) ? found : undefined;
}

const evidenceIn = ({ tags = {} }: ManagedCluster, clusterName: string): Evidence | undefined => {
  const owner = tags[clusterTag];
  return owner === undefined ? 'name' : owner === clusterName ? 'tag' : undefined;
};

export const aksClusterKind: Kind = {
  title: 'AKS cluster',
  cloud: 'azure',
  after: ['kubernetes-load-balancer'],
  async find(search) {
    const found = await aksCluster(search);
    const { resourceGroup: within } = search.configuration.azure;
    const evidence = found && evidenceIn(found, search.configuration.clusterName);
    return found && evidence ? [{ id: found.id, name: found.name, evidence, eks: true, within }] : [];
  },
  async remove(place) {
    const found = await aksCluster(place);
    if (!found) return ready(gone);
    const { provisioningState: state } = found.properties;
    if (state === 'Creating' || state === 'Updating') return waiting(`it is still ${state}`);
    if (state !== 'Deleting') await place.azure?.delete(clusterPath(place.configuration), apiVersion.containerService);
    return waiting('it is being deleted');
  },
  command: ({ name, within }) => `az aks delete --resource-group ${within} --name ${name} --yes`,
  timeoutMs: 20 * 60_000,
};
