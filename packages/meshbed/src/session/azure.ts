import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { servicePrincipalTokens, type AzureAccess } from '@meshbed/clients/azure';
import type { Clock } from '@meshbed/core';

export interface SandboxAzure {
  /** The instance directory: what az finds there is what we use, too. */
  directory: string;
  clock: Clock;
  subscription: string;
}

interface Variables {
  AZURE_TENANT_ID: string;
  AZURE_CLIENT_ID: string;
  AZURE_CLIENT_SECRET: string;
  AZURE_AUTHORITY_HOST: string;
  AZURE_RESOURCE_MANAGER_ENDPOINT: string;
}

/** The subscription of a sandbox, as its service principal. */
export function azureAccess({ directory, clock, subscription }: SandboxAzure): AzureAccess {
  const read = (name: string) => readFileSync(join(directory, name), 'utf8');
  const variables = JSON.parse(read('env.json')) as Variables;
  const ca = read('ca.pem');
  const token = servicePrincipalTokens(clock, {
    authority: variables.AZURE_AUTHORITY_HOST,
    tenant: variables.AZURE_TENANT_ID,
    clientId: variables.AZURE_CLIENT_ID,
    proof: { secret: variables.AZURE_CLIENT_SECRET },
    ca,
  });
  return { subscription, token, endpoint: variables.AZURE_RESOURCE_MANAGER_ENDPOINT, ca };
}
