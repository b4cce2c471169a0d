import type { DirectoryContent } from '@meshbed/azure-server';
import type { Ids } from '@meshbed/core';

/** What is chosen of the Azure side; the sandbox makes up the rest. */
export interface AzureChoice {
  /** A UUID. */
  subscription?: string;
  /** Virtual cores that it may use per region. */
  coreQuota?: number;
}

/** The Azure side as the user's tools see it: a subscription, and a service principal that may do everything in it. */
export interface AzureProfile {
  subscription: string;
  tenant: string;
  clientId: string;
  clientSecret: string;
  /** `https://localhost:port`: Resource Manager and authority. */
  url: string;
}

/** Azure gives out random ids: those of the sandbox are recognised at sight. */
const reserved = {
  tenant: '00000000-0000-0000-0000-0000000000a1',
  otherTenant: '00000000-0000-0000-0000-0000000000a2',
  subscription: '00000000-0000-0000-0000-0000000000b1',
  otherSubscription: '00000000-0000-0000-0000-0000000000b2',
};

export type AzurePrincipal = Omit<AzureProfile, 'url'>;

export interface AzurePrincipals {
  /** Of the scenarios. */
  home: AzurePrincipal;
  /** Of another tenant with a subscription of its own: a stranger to the first. */
  other: AzurePrincipal;
}

/** Secrets that no real cloud would take, and one can see it; new for every instance. */
export function createAzurePrincipals(ids: Ids, { subscription }: AzureChoice = {}): AzurePrincipals {
  const principal = () => ({ clientId: ids.uuid(), clientSecret: `not-a-real-secret~${ids.alphanumeric(22)}` });
  return {
    home: { subscription: subscription ?? reserved.subscription, tenant: reserved.tenant, ...principal() },
    other: { subscription: reserved.otherSubscription, tenant: reserved.otherTenant, ...principal() },
  };
}

export function directoryOf(ids: Ids, principals: AzurePrincipals): DirectoryContent {
  const all = Object.entries(principals) as [string, AzurePrincipal][];
  return {
    tenants: all.map(([name, { tenant }]) => ({ id: tenant, displayName: `meshbed ${name}` })),
    subscriptions: all.map(([name, { subscription, tenant }]) => ({
      id: subscription,
      displayName: `meshbed-${name}`,
      tenant,
    })),
    applications: all.map(([name, { subscription, tenant, clientId, clientSecret }]) => ({
      clientId,
      clientSecret,
      tenant,
      objectId: ids.uuid(),
      displayName: `operator of ${name}`,
      roles: [{ role: 'Owner' as const, scope: `/subscriptions/${subscription}` }],
    })),
  };
}
