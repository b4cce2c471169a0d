import { isMissing, type AzureClient, type AzureResource } from '@meshbed/clients/azure';
import type { ManagedCluster } from './managed-cluster.ts';
import { apiVersion } from './versions.ts';

/** What ARM says of the network of an AKS cluster. */
export interface AksNetwork {
  networks: readonly VirtualNetwork[];
  securityGroups: readonly NetworkSecurityGroup[];
  loadBalancers: readonly AzureLoadBalancer[];
  publicAddresses: readonly PublicAddress[];
}

interface Reference {
  id: string;
}

export interface VirtualNetwork extends AzureResource {
  properties: {
    addressSpace?: { addressPrefixes?: string[] };
    subnets?: {
      id: string;
      name: string;
      properties: { addressPrefix?: string; addressPrefixes?: string[]; networkSecurityGroup?: Reference };
    }[];
  };
}

export interface NetworkSecurityGroup extends AzureResource {
  properties: { securityRules?: SecurityRuleView[]; defaultSecurityRules?: SecurityRuleView[] };
}

export interface SecurityRuleView {
  id: string;
  name: string;
  properties: {
    priority: number;
    direction: 'Inbound' | 'Outbound';
    access: 'Allow' | 'Deny';
    protocol: string;
    sourceAddressPrefix?: string;
    sourceAddressPrefixes?: string[];
    destinationAddressPrefix?: string;
    destinationAddressPrefixes?: string[];
    destinationPortRange?: string;
    destinationPortRanges?: string[];
  };
}

export interface AzureLoadBalancer extends AzureResource {
  properties: {
    frontendIPConfigurations?: { id: string; properties: { publicIPAddress?: Reference } }[];
    loadBalancingRules?: {
      id: string;
      properties: { protocol: string; frontendPort: number; frontendIPConfiguration?: Reference };
    }[];
    outboundRules?: { id: string; properties: { frontendIPConfigurations?: Reference[] } }[];
  };
}

export interface PublicAddress extends AzureResource {
  properties: { ipAddress?: string };
}

/** Of the node resource group, where AKS puts all of it, and the networks of pools that have a subnet of their own. */
export async function describeAksNetwork(azure: AzureClient, { properties }: ManagedCluster): Promise<AksNetwork> {
  const { nodeResourceGroup, agentPoolProfiles = [] } = properties;
  const list = async <T extends AzureResource>(type: string): Promise<T[]> => {
    const path = `/resourceGroups/${nodeResourceGroup}/providers/Microsoft.Network/${type}`;
    return azure.list<T>(path, apiVersion.network).catch((error: unknown) => {
      if (isMissing(error)) return []; // the group comes and goes with the cluster
      throw error;
    });
  };
  const subnets = agentPoolProfiles.flatMap(({ vnetSubnetID }) => vnetSubnetID || []);
  const elsewhere = new Set(
    subnets.map((id) => id.replace(/^\/subscriptions\/[^/]+/i, '').replace(/\/subnets\/.*$/i, '')),
  );
  const [networks, own, securityGroups, loadBalancers, publicAddresses] = await Promise.all([
    list<VirtualNetwork>('virtualNetworks'),
    Promise.all([...elsewhere].map((path) => azure.get<VirtualNetwork>(path, apiVersion.network))),
    list<NetworkSecurityGroup>('networkSecurityGroups'),
    list<AzureLoadBalancer>('loadBalancers'),
    list<PublicAddress>('publicIPAddresses'),
  ]);
  return {
    networks: [...networks, ...own.filter((network) => network !== undefined)],
    securityGroups,
    loadBalancers,
    publicAddresses,
  };
}
