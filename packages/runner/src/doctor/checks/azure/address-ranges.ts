import { isMissing, type AzureClient } from '@meshbed/clients/azure';
import { cidrsOverlap, tryParseCidr } from '@meshbed/policy/network';
import { describeAksCluster } from '../../../azure/managed-cluster.ts';
import { describeAksNetwork } from '../../../azure/network.ts';
import type { Configuration } from '../../../configuration/index.ts';
import { eksCidr } from '../../../network/plan.ts';
import type { SubscriptionCheck } from './index.ts';

/** What AKS gives a cluster that names no network, and its Services. */
const usual = ['10.224.0.0/12', '10.0.0.0/16'];

/** Whether addresses of the two clouds can be told from each other. Nothing connects them, so that runs work either way. */
export const addressRanges: SubscriptionCheck = {
  id: 'networks',
  async look({ configuration }, azure) {
    const ranges = await rangesOf(azure, configuration);
    const aws = tryParseCidr(eksCidr);
    const overlapping = ranges.filter((range) => {
      const cidr = tryParseCidr(range);
      return cidr && aws && cidrsOverlap(cidr, aws);
    });
    const object = 'address ranges of both clouds';
    if (overlapping.length === 0)
      return [{ verdict: 'ok', object, says: `${ranges.join(' and ')} of AKS do not overlap ${eksCidr} of EKS` }];
    return [
      {
        verdict: 'warning',
        object,
        says: `${overlapping.join(' and ')} of AKS overlaps ${eksCidr} of EKS: records and logs can't tell their workloads apart`,
        fix: 'put AKS into a virtual network with another address range',
      },
    ];
  },
};

async function rangesOf(azure: AzureClient, configuration: Configuration): Promise<string[]> {
  const cluster = await describeAksCluster(azure, configuration);
  if (!cluster) return usual;
  const network = await describeAksNetwork(azure, cluster).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  const found = network?.networks.flatMap(({ properties }) => properties.addressSpace?.addressPrefixes ?? []) ?? [];
  return found.length > 0 ? found : usual;
}
