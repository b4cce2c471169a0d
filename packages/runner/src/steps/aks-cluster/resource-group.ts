import type { AzureResource } from '@meshbed/clients/azure';
import { ready, waiting } from '@meshbed/core';
import { groupPath } from '../../azure/managed-cluster.ts';
import { ownTags } from '../../azure/tags.ts';
import { apiVersion } from '../../azure/versions.ts';
import type { StepContext } from '../types.ts';

interface ResourceGroup extends AzureResource {
  properties: { provisioningState: string };
}

/** One that exists is used as it is, wherever it is: where its resources are is their own matter. */
export async function ensureResourceGroup(step: StepContext): Promise<void> {
  const { configuration } = step;
  const { resourceGroup: name, region: location } = configuration.azure;
  const azure = step.azure();
  const path = groupPath(configuration);
  const find = () => azure.get<ResourceGroup>(path, apiVersion.resources);
  if ((await find())?.properties.provisioningState === 'Deleting') {
    await step.wait({
      what: `deletion of the resource group ${name}`,
      timeoutMs: 20 * 60_000,
      next: `az group show --name ${name}`,
      condition: async () =>
        (await find()) === undefined ? ready(true) : waiting(`resource group ${name} is being deleted`),
    });
  }
  await step.ensure<ResourceGroup>({
    kind: 'Azure resource group',
    name,
    find,
    create: async () =>
      (await azure.put<ResourceGroup>(path, apiVersion.resources, { location, tags: ownTags(configuration) })).resource,
  });
}
