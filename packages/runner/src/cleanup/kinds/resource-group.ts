import type { AzureResource } from '@meshbed/clients/azure';
import { ready, waiting } from '@meshbed/core';
import { clusterPath } from '../../azure/managed-cluster.ts';
import { isOurs } from '../../azure/tags.ts';
import { apiVersion } from '../../azure/versions.ts';
import { gone, type Kind, type Place, type Search, type Sighting } from '../types.ts';

interface ResourceGroup extends AzureResource {
  /** The cluster whose machines are in it. */
  managedBy?: string;
  properties: { provisioningState: string };
}

const listGroups = ({ azure }: Place): Promise<ResourceGroup[]> =>
  azure?.list<ResourceGroup>('/resourceGroups', apiVersion.resources) ?? Promise.resolve([]);

/** Deletes a group with everything in it. */
const removal: Pick<Kind, 'cloud' | 'remove' | 'command' | 'timeoutMs'> = {
  cloud: 'azure',
  async remove(place, { name }) {
    const path = `/resourceGroups/${name}`;
    const found = await place.azure?.get<ResourceGroup>(path, apiVersion.resources);
    if (!found) return ready(gone);
    if (found.properties.provisioningState !== 'Deleting') await place.azure?.delete(path, apiVersion.resources);
    return waiting('it is being deleted, with everything in it');
  },
  command: ({ name }) => `az group delete --name ${name} --yes`,
  timeoutMs: 30 * 60_000,
};

/** Groups that we made. One that was there before, and in which we only put our cluster, is somebody else's. */
export const resourceGroup: Kind = {
  ...removal,
  title: 'Azure resource group',
  after: ['aks-cluster', 'node-resource-group'],
  async find(search) {
    const groups = await listGroups(search);
    return groups.flatMap((group) => sightingOf(group, search));
  },
};

function sightingOf(group: ResourceGroup, { configuration, journaled }: Search): Sighting[] {
  const { id, name, tags = {} } = group;
  const tagged = isOurs({ tags }, configuration);
  if (tagged) return [{ id, name, evidence: 'tag', eks: true }];
  const isConfigured = name === configuration.azure.resourceGroup;
  return isConfigured && journaled.includes(id) ? [{ id, name, evidence: 'journal', eks: true }] : [];
}

/** Where AKS put the machines of our cluster; it goes with the cluster, unless that failed. */
export const nodeResourceGroup: Kind = {
  ...removal,
  title: 'node resource group',
  after: ['aks-cluster'],
  incidental: true,
  async find(search) {
    const owner = `${clusterPath(search.configuration)}`.toLowerCase();
    const groups = await listGroups(search);
    return groups
      .filter(({ managedBy }) => managedBy?.toLowerCase().endsWith(owner))
      .map(({ id, name }) => ({ id, name, evidence: 'place', eks: true }));
  },
};
