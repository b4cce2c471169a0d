import { createAzureClient, type AzureAccess, type AzureClient } from '@meshbed/clients/azure';
import { MeshbedError, messageOf } from '@meshbed/core';
import { verifySubscription } from '../../../azure/subscription.ts';
import type { Doctoring, Finding, Noted } from '../../types.ts';
import { addressRanges } from './address-ranges.ts';
import { availability } from './availability.ts';
import { takenNames } from './names.ts';
import { coreQuotas } from './quotas.ts';

/** One look at a subscription that answers. */
export interface SubscriptionCheck {
  id: string;
  look(scene: Doctoring, azure: AzureClient): Promise<Noted[]>;
}

const checks: readonly SubscriptionCheck[] = [coreQuotas, availability, takenNames, addressRanges];

/** What scenario 4 would stumble over in Azure. */
export async function examineSubscription(scene: Doctoring, access: AzureAccess | undefined): Promise<Finding[]> {
  if (!scene.scenario.kubernetes.includes('aks')) return [];
  if (!access) return [notConfigured];
  using azure = createAzureClient(access, scene);
  const login = await examineLogin(scene, azure);
  if (login.verdict !== 'ok') return [login];
  const found = await Promise.all(
    checks.map(async (check): Promise<Finding[]> => {
      const { id } = check;
      try {
        return (await check.look(scene, azure)).map((noted) => ({ check: id, class: 'cloud', ...noted }));
      } catch (error) {
        return [{ check: id, class: 'cloud', verdict: 'not-checked', object: login.object, says: messageOf(error) }];
      }
    }),
  );
  return [login, ...found.flat()];
}

async function examineLogin({ configuration }: Doctoring, azure: AzureClient): Promise<Finding> {
  const base = {
    check: 'credentials',
    class: 'user',
    object: `Azure subscription ${azure.access.subscription}`,
  } as const;
  try {
    await verifySubscription(azure, configuration);
    return { ...base, verdict: 'ok', says: `logged in, and it has the region ${configuration.azure.region}` };
  } catch (error) {
    if (!(error instanceof MeshbedError)) return { ...base, verdict: 'not-checked', says: messageOf(error) };
    return { ...base, verdict: 'problem', says: error.message, fix: error.next ?? 'az login' };
  }
}

const notConfigured: Finding = {
  check: 'credentials',
  class: 'user',
  verdict: 'problem',
  object: 'Azure subscription',
  says: 'it is not configured',
  fix: 'set AZURE_SUBSCRIPTION; list yours: az account list -o table',
};
