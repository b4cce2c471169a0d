import type { AzureClient } from '@meshbed/clients/azure';
import { apiVersion } from '../../../azure/versions.ts';
import type { Noted } from '../../types.ts';
import type { SubscriptionCheck } from './index.ts';

interface Provider {
  id: string;
  name: string;
  type: string;
  registrationState: string;
  resourceTypes: { resourceType: string; locations: string[] }[];
}

interface KubernetesVersions {
  id: string;
  name: string;
  type: string;
  values: { version: string; isDefault?: boolean; isPreview?: boolean | null }[];
}

const namespace = 'Microsoft.ContainerService';

/** Whether AKS is in the region, and with which versions of Kubernetes. */
export const availability: SubscriptionCheck = {
  id: 'availability',
  async look({ configuration: { azure: wanted } }, azure) {
    const provider = await azure.get<Provider>(`/providers/${namespace}`, apiVersion.resources);
    const clusters = provider?.resourceTypes.find(({ resourceType }) => resourceType === 'managedClusters');
    const places = (clusters?.locations ?? []).map((name) => name.toLowerCase().replaceAll(' ', ''));
    if (!places.includes(wanted.region)) return [notThere(wanted.region)];
    return [registration(provider?.registrationState ?? ''), await versions(azure, wanted.region)];
  },
};

const notThere = (region: string): Noted => ({
  verdict: 'problem',
  object: `AKS in ${region}`,
  says: 'the region has no AKS for this subscription',
  fix: `set AZURE_REGION; list them: az provider show --namespace ${namespace} --query "resourceTypes[?resourceType=='managedClusters'].locations[]"`,
});

const registration = (state: string): Noted => ({
  verdict: 'ok',
  object: `resource provider ${namespace}`,
  says: state === 'Registered' ? 'registered' : `${state}: a run registers it`,
});

async function versions(azure: AzureClient, region: string): Promise<Noted> {
  const path = `/providers/${namespace}/locations/${region}/kubernetesVersions`;
  const { values = [] } = (await azure.get<KubernetesVersions>(path, apiVersion.containerService)) ?? {};
  const offered = values.filter(({ isPreview }) => !isPreview);
  const usual = offered.find(({ isDefault }) => isDefault)?.version;
  const object = `Kubernetes versions of AKS in ${region}`;
  if (offered.length > 0)
    return {
      verdict: 'ok',
      object,
      says: `${offered.map(({ version }) => version).join(', ')}; a new cluster gets ${usual ?? 'the newest'}`,
    };
  return { verdict: 'problem', object, says: 'none is offered', fix: 'set AZURE_REGION to another region' };
}
