import { AzureError, type AzureClient } from '@meshbed/clients/azure';
import { MeshbedError, ready, waiting, type Progress } from '@meshbed/core';
import { clusterPath, describeAksCluster, type ManagedCluster } from '../../azure/managed-cluster.ts';
import { remedyFor } from '../../azure/remedies.ts';
import { ownTags } from '../../azure/tags.ts';
import { apiVersion } from '../../azure/versions.ts';
import type { Configuration } from '../../configuration/index.ts';
import { cloudError } from '../../run/failure.ts';
import type { StepContext } from '../types.ts';

const poolName = 'nodepool1';

/** Waits for one that is being deleted, creates it, waits until it is there. One that failed is asked for again. */
export async function ensureCluster(step: StepContext): Promise<ManagedCluster> {
  const { configuration } = step;
  const { clusterName: name, resourceGroup } = configuration.azure;
  const azure = step.azure();
  const find = () => describeAksCluster(azure, configuration);
  const show = `az aks show --resource-group ${resourceGroup} --name ${name}`;
  if ((await find())?.properties.provisioningState === 'Deleting') await step.wait(gone(name, find));
  let operation: string | undefined;
  const put = async () => {
    const path = clusterPath(configuration);
    const accepted = await azure
      .put<ManagedCluster>(path, apiVersion.containerService, wanted(configuration))
      .catch((error: unknown) => refused(error, configuration));
    ({ operation } = accepted);
    return accepted.resource;
  };
  await step.ensure<ManagedCluster>({
    kind: 'AKS cluster',
    name,
    find,
    create: put,
    differs: ({ properties }) => (properties.provisioningState === 'Failed' ? 'it failed to start' : undefined),
    update: put,
  });
  const cluster = await step.wait({
    what: `AKS cluster ${name}`,
    timeoutMs: 25 * 60_000,
    next: show,
    condition: async () => progressOf(configuration, await find(), () => whyFailed(azure, operation)),
  });
  step.observe('Kubernetes (AKS)', cluster.properties.kubernetesVersion);
  return cluster;
}

/** @throws MeshbedError with what to do about it, or the error as it is */
function refused(error: unknown, configuration: Configuration): never {
  const next = error instanceof AzureError ? remedyFor(error.Code, configuration) : undefined;
  if (next === undefined) throw error;
  const { clusterName: name } = configuration.azure;
  const told = cloudError(error, `can't create AKS cluster ${name}`, name) as MeshbedError;
  throw new MeshbedError(told.code, told.message, { cause: error, object: name, next });
}

function gone(name: string, find: () => Promise<ManagedCluster | undefined>) {
  return {
    what: `deletion of the AKS cluster ${name}`,
    timeoutMs: 20 * 60_000,
    condition: async () =>
      (await find()) === undefined ? ready(true) : waiting(`AKS cluster ${name} is being deleted`),
  };
}

/** What `az aks create --network-plugin azure --enable-managed-identity` asks for: pods have addresses of the network. */
function wanted(configuration: Configuration): object {
  const { clusterName, resourceGroup, region, nodeCount, nodeSize } = configuration.azure;
  return {
    location: region,
    tags: ownTags(configuration),
    identity: { type: 'SystemAssigned' },
    properties: {
      dnsPrefix: dnsPrefixOf(`${clusterName}-${resourceGroup}`),
      agentPoolProfiles: [
        {
          name: poolName,
          mode: 'System',
          type: 'VirtualMachineScaleSets',
          osType: 'Linux',
          count: nodeCount,
          vmSize: nodeSize,
        },
      ],
      enableRBAC: true,
      networkProfile: { networkPlugin: 'azure', loadBalancerSku: 'standard', outboundType: 'loadBalancer' },
    },
  };
}

const longestPrefix = 54;

/** Letters, digits and hyphens; the first and last no hyphen. */
const dnsPrefixOf = (text: string) =>
  text
    .replaceAll(/[^0-9A-Za-z-]+/g, '-')
    .slice(0, longestPrefix)
    .replaceAll(/^-+|-+$/g, '');

interface Failure {
  code?: string;
  message?: string;
}

/** The operation tells more than the cluster, but only whoever started it knows where it is. */
async function whyFailed(azure: AzureClient, operation: string | undefined): Promise<Failure | undefined> {
  return operation === undefined ? undefined : (await azure.operation(operation)).error;
}

async function progressOf(
  configuration: Configuration,
  cluster: ManagedCluster | undefined,
  failure: () => Promise<Failure | undefined>,
): Promise<Progress<ManagedCluster>> {
  const { clusterName: name } = configuration.azure;
  const state = cluster?.properties.provisioningState;
  if (cluster && (state === 'Succeeded' || state === 'Updating')) return ready(cluster);
  if (state !== 'Failed' && state !== 'Canceled')
    return waiting(`AKS cluster ${name} is ${state ?? 'not visible yet'}`);
  const { code, message } = (await failure()) ?? cluster?.properties.status?.provisioningError ?? {};
  throw new MeshbedError('cloud/aks-cluster-failed', `the AKS cluster ${name} failed to start`, {
    object: cluster?.id ?? name,
    ...(message === undefined ? {} : { likely: code === undefined ? message : `${code}: ${message}` }),
    next: `${remedyFor(code ?? '', configuration) ?? 'remedy it'}; then run again: what exists already stays, and the cluster is asked for once more`,
  });
}
