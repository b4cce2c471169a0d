import type { AzureClient, AzureResource } from '@meshbed/clients/azure';
import type { Configuration } from '../configuration/index.ts';
import { apiVersion } from './versions.ts';

export interface ManagedCluster extends AzureResource {
  location: string;
  properties: {
    /** `Creating`, `Updating`, `Succeeded`, `Failed`, `Deleting`, … */
    provisioningState: string;
    powerState?: { code: string };
    fqdn?: string;
    kubernetesVersion?: string;
    /** Where Azure puts the machines, disks and load balancers of the cluster. */
    nodeResourceGroup: string;
    agentPoolProfiles?: AgentPool[];
    status?: { provisioningError?: { code?: string; message?: string } };
  };
}

export interface AgentPool {
  name: string;
  count: number;
  vmSize: string;
  provisioningState?: string;
  /** Of its own; absent where AKS made the network. */
  vnetSubnetID?: string;
}

export const groupPath = ({ azure }: Configuration): string => `/resourceGroups/${azure.resourceGroup}`;

export const clusterPath = (configuration: Configuration): string =>
  `${groupPath(configuration)}/providers/Microsoft.ContainerService/managedClusters/${configuration.azure.clusterName}`;

export const describeAksCluster = (
  azure: AzureClient,
  configuration: Configuration,
): Promise<ManagedCluster | undefined> =>
  azure.get<ManagedCluster>(clusterPath(configuration), apiVersion.containerService);

/** A kubeconfig with the cluster's own administrator. */
export async function aksCredentials(azure: AzureClient, configuration: Configuration): Promise<string> {
  const path = `${clusterPath(configuration)}/listClusterUserCredential`;
  const { kubeconfigs } = await azure.post<{ kubeconfigs: { value: string }[] }>(path, apiVersion.containerService);
  return Buffer.from(kubeconfigs[0]?.value ?? '', 'base64').toString();
}
