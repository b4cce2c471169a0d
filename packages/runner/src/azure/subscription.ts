import type { AzureClient, AzureResource } from '@meshbed/clients/azure';
import { findCause, MeshbedError, suggestion } from '@meshbed/core';
import type { Configuration } from '../configuration/index.ts';
import { cloudError } from '../run/failure.ts';
import { apiVersion } from './versions.ts';

interface Subscription extends AzureResource {
  displayName: string;
  state: string;
}

/** The subscription answers to these credentials, and the region exists for it. @throws MeshbedError */
export async function verifySubscription(azure: AzureClient, { azure: wanted }: Configuration): Promise<void> {
  const { subscription: id } = azure.access;
  const login = `az login, then: az account set --subscription ${id}`;
  const found = await azure.get<Subscription>('', apiVersion.subscriptions).catch((error: unknown) => {
    const known = findCause(error, MeshbedError);
    if (known?.code === 'user/not-logged-in') throw known;
    const cause = cloudError(error, `can't look at the Azure subscription ${id}`, id);
    throw new MeshbedError('user/not-logged-in', cause.message, { cause, object: id, next: login });
  });
  if (!found) {
    throw new MeshbedError('user/no-subscription', `there is no Azure subscription ${id} for this login`, {
      object: id,
      next: login,
    });
  }
  if (found.state !== 'Enabled' && found.state !== 'Warned') {
    throw new MeshbedError(
      'cloud/subscription-disabled',
      `the Azure subscription ${found.displayName} is ${found.state}`,
      {
        object: id,
        next: 'enable it, or choose another with AZURE_SUBSCRIPTION',
      },
    );
  }
  const regions = await azure.list<{ name: string }>('/locations', apiVersion.subscriptions);
  const names = regions.map(({ name }) => name);
  if (names.includes(wanted.region)) return;
  throw new MeshbedError(
    'user/azure-region',
    `the region ${wanted.region} is not available in the Azure subscription`,
    {
      object: id,
      likely: suggestion(wanted.region, names) || `${names.length} regions are available`,
      next: 'set AZURE_REGION; list them: az account list-locations --query "[].name"',
    },
  );
}
