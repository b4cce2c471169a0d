import type { AzureClient, AzureResource } from '@meshbed/clients/azure';

const version = '2021-04-01';

/** Everything that a subscription has, one line each, without any knowledge of what is ours. */
export async function everythingInAzure(azure: AzureClient): Promise<string[]> {
  const [groups, resources] = await Promise.all([
    azure.list<AzureResource>('/resourceGroups', version),
    azure.list<AzureResource>('/resources', version),
  ]);
  return [...groups, ...resources].map((each) => `${each.type} ${JSON.stringify(each)}`).toSorted();
}

const group = '/resourceGroups/theirs';

/** A group of others, with names and tags that are nearly ours. */
export async function createForeignAzure(azure: AzureClient): Promise<void> {
  const tags = { 'meshbed-cluster': 'of-others' };
  await azure.put(group, version, { location: 'eastus', tags });
  const body = { location: 'eastus', tags, properties: { addressSpace: { addressPrefixes: ['10.224.0.0/12'] } } };
  await azure.put(`${group}/providers/Microsoft.Network/virtualNetworks/aks-vnet`, '2024-05-01', body);
}
