import type { AzureClient } from '@meshbed/clients/azure';
import { suggestion } from '@meshbed/core';
import { describeAksCluster } from '../../../azure/managed-cluster.ts';
import { moreCores } from '../../../azure/remedies.ts';
import { apiVersion } from '../../../azure/versions.ts';
import type { Noted } from '../../types.ts';
import type { SubscriptionCheck } from './index.ts';

interface Usage {
  name: { value: string; localizedValue: string };
  currentValue: number;
  limit: number;
}

interface Sku {
  resourceType: string;
  name: string;
  family: string;
  capabilities?: { name: string; value: string }[];
  restrictions?: { type: string; reasonCode?: string }[];
}

/** Whether the size of machine is there, and its cores fit into what the region and the family have left. */
export const coreQuotas: SubscriptionCheck = {
  id: 'quotas',
  async look({ configuration }, azure) {
    const { region, nodeSize, nodeCount } = configuration.azure;
    const [skus, usages, cluster] = await Promise.all([
      machineSizes(azure, region),
      azure.list<Usage>(`/providers/Microsoft.Compute/locations/${region}/usages`, apiVersion.compute),
      describeAksCluster(azure, configuration),
    ]);
    const sku = skus.find(({ name }) => name.toLowerCase() === nodeSize.toLowerCase());
    if (!sku || isRestricted(sku)) return [noSize(nodeSize, region, skus)];
    const cores = Number(sku.capabilities?.find(({ name }) => name === 'vCPUs')?.value ?? 0);
    const there = (cluster?.properties.agentPoolProfiles ?? [])
      .filter(({ vmSize }) => vmSize.toLowerCase() === nodeSize.toLowerCase())
      .reduce((sum, { count }) => sum + count, 0);
    const more = Math.max(0, nodeCount - there) * cores;
    return ['cores', sku.family].flatMap((wanted) => {
      const usage = usages.find(({ name }) => name.value.toLowerCase() === wanted.toLowerCase());
      return usage ? [usageFinding(usage, more, region)] : [];
    });
  },
};

async function machineSizes(azure: AzureClient, region: string): Promise<Sku[]> {
  const filter = encodeURIComponent(`location eq '${region}'`);
  const all = await azure.list<Sku>(`/providers/Microsoft.Compute/skus?$filter=${filter}`, apiVersion.skus);
  return all.filter(({ resourceType }) => resourceType === 'virtualMachines');
}

/** New subscriptions may not have every size everywhere. */
const isRestricted = ({ restrictions = [] }: Sku) => restrictions.some(({ type }) => type === 'Location');

const noSize = (wanted: string, region: string, skus: readonly Sku[]): Noted => {
  const usable = skus.filter((sku) => !isRestricted(sku)).map(({ name }) => name);
  const near = suggestion(wanted, usable);
  return {
    verdict: 'problem',
    object: `VM size ${wanted}`,
    says: `it is not available to this subscription in ${region}${near === '' ? '' : `, ${near}`}`,
    fix: `set AKS_NODE_VM_SIZE; list them: az vm list-skus --location ${region} --resource-type virtualMachines -o table`,
  };
};

export function usageFinding({ name, currentValue, limit }: Usage, more: number, region: string): Noted {
  const object = `${name.localizedValue} in ${region}`;
  const says = `${currentValue} of ${limit} in use, ${more} more wanted`;
  if (currentValue + more <= limit) return { verdict: 'ok', object, says };
  return { verdict: 'problem', object, says, fix: moreCores(region) };
}
