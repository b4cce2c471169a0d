import { createAzureClient, type AzureAccess } from '@meshbed/clients/azure';
import { MeshbedError, messageOf } from '@meshbed/core';
import { describeAksCluster } from '../../azure/managed-cluster.ts';
import { verifySubscription } from '../../azure/subscription.ts';
import { clusterTag } from '../../azure/tags.ts';
import type { Doctoring, Finding } from '../types.ts';

const base = { check: 'credentials', class: 'user' as const };

/** Whether the subscription answers, has the region, and the name of the AKS cluster is free or ours. */
export async function examineSubscription(scene: Doctoring, access: AzureAccess | undefined): Promise<Finding[]> {
  const { configuration, scenario } = scene;
  if (!scenario.kubernetes.includes('aks')) return [];
  if (!access) return [notConfigured];
  const object = `Azure subscription ${access.subscription}`;
  using azure = createAzureClient(access);
  try {
    await verifySubscription(azure, configuration);
    const { region, clusterName } = configuration.azure;
    const cluster = await describeAksCluster(azure, configuration);
    const owner = cluster?.tags?.[clusterTag];
    return [
      { ...base, object, verdict: 'ok', says: `logged in, and it has the region ${region}` },
      owner === undefined || owner === configuration.clusterName
        ? {
            check: 'names',
            class: 'cloud',
            object,
            verdict: 'ok',
            says: `the name ${clusterName} belongs to nobody else`,
          }
        : takenBy(clusterName, owner),
    ];
  } catch (error) {
    if (!(error instanceof MeshbedError)) return [{ ...base, object, verdict: 'not-checked', says: messageOf(error) }];
    const { message, next = 'az login' } = error;
    return [{ ...base, object, verdict: 'problem', says: message, fix: next }];
  }
}

const notConfigured: Finding = {
  ...base,
  verdict: 'problem',
  object: 'Azure subscription',
  says: 'it is not configured',
  fix: 'set AZURE_SUBSCRIPTION; list yours: az account list -o table',
};

const takenBy = (name: string, owner: string): Finding => ({
  check: 'names',
  class: 'cloud',
  object: `AKS cluster ${name}`,
  verdict: 'problem',
  says: `it belongs to the environment ${owner}`,
  fix: 'set AKS_CLUSTER_NAME or AZURE_RESOURCE_GROUP',
});
