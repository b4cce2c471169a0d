import { readFileSync } from 'node:fs';
import { MeshbedError, type Clock } from '@meshbed/core';
import { publicEndpoint, type AzureAccess } from './access.ts';
import { azTokens, servicePrincipalTokens, type ServicePrincipal } from './tokens.ts';

export interface AzureLogin {
  subscription: string;
  /** Where the names of Azure's SDKs are looked up, and what `az` gets. */
  env: Readonly<Record<string, string | undefined>>;
}

const publicAuthority = 'https://login.microsoftonline.com';

/**
 * A subscription as Azure's own tools find it: the service principal of the environment (`AZURE_TENANT_ID`,
 * `AZURE_CLIENT_ID` and `AZURE_CLIENT_SECRET` or `AZURE_FEDERATED_TOKEN_FILE`), else whoever is logged in with `az`.
 * Other clouds are named by `AZURE_RESOURCE_MANAGER_ENDPOINT` and `AZURE_AUTHORITY_HOST`. Nothing is contacted.
 */
export function azureAccessOf(clock: Clock, { subscription, env }: AzureLogin): AzureAccess {
  const endpoint = withoutSlash(env['AZURE_RESOURCE_MANAGER_ENDPOINT'] || publicEndpoint);
  const principal = principalIn(env);
  const token = principal
    ? servicePrincipalTokens(clock, { ...principal, audience: endpoint })
    : azTokens(clock, { subscription, audience: endpoint, env });
  return { subscription, token, endpoint };
}

const withoutSlash = (url: string) => url.replace(/\/+$/, '');

function principalIn(env: AzureLogin['env']): ServicePrincipal | undefined {
  const { AZURE_TENANT_ID: tenant, AZURE_CLIENT_ID: clientId } = env;
  const { AZURE_CLIENT_SECRET: secret, AZURE_FEDERATED_TOKEN_FILE: file } = env;
  const authority = withoutSlash(env['AZURE_AUTHORITY_HOST'] || publicAuthority);
  if (!clientId || (!secret && !file)) return undefined;
  if (!tenant) {
    throw new MeshbedError('user/no-tenant', `the tenant of the service principal ${clientId} is not known`, {
      next: 'set AZURE_TENANT_ID',
    });
  }
  // The file is renewed by whoever wrote it.
  const proof = secret ? { secret } : { assertion: () => readFileSync(file ?? '', 'utf8').trim() };
  return { authority, tenant, clientId, proof };
}
