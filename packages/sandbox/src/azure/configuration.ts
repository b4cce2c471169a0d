import type { AzureProfile } from './profile.ts';

/** Name of the cloud in `az cloud list`. */
export const cloudName = 'meshbed';

/** Audience of the tokens that az asks for. */
const resource = 'https://management.core.windows.net/';

/**
 * The files of an AZURE_CONFIG_DIR in which the sandbox is the only cloud and its service principal is logged in: az
 * has no call to make for that. Without the cloud's entry az would fall back to the real one, so this folder only ever
 * goes as a whole. An authority that ends in /adfs is one that az asks nobody about.
 */
export function azConfiguration({
  subscription,
  tenant,
  clientId,
  clientSecret,
  url,
}: AzureProfile): Record<string, string> {
  const sections = (content: Record<string, Record<string, string>>) =>
    Object.entries(content)
      .map(([name, values]) => [`[${name}]`, ...Object.entries(values).map(([key, value]) => `${key} = ${value}`), ''])
      .flat()
      .join('\n');
  return {
    config: sections({
      cloud: { name: cloudName },
      core: { collect_telemetry: 'no', error_recommendation: 'off', survey_message: 'no', instance_discovery: 'no' },
      extension: { use_dynamic_install: 'no' },
      'auto-upgrade': { enable: 'no' },
    }),
    'clouds.config': sections({
      [cloudName]: {
        endpoint_resource_manager: url,
        endpoint_active_directory: `${url}/adfs`,
        endpoint_active_directory_resource_id: resource,
        endpoint_active_directory_graph_resource_id: `${url}/graph`,
        subscription,
      },
    }),
    'azureProfile.json': JSON.stringify({
      subscriptions: [
        {
          id: subscription,
          name: 'meshbed-home',
          state: 'Enabled',
          user: { name: clientId, type: 'servicePrincipal' },
          isDefault: true,
          tenantId: tenant,
          homeTenantId: tenant,
          managedByTenants: [],
          environmentName: cloudName,
        },
      ],
    }),
    'service_principal_entries.json': JSON.stringify([{ tenant, client_id: clientId, client_secret: clientSecret }]),
  };
}

/** The variables that make az, @azure/identity and scripts use this instance. */
export function azureEnvironment(folder: string, profile: AzureProfile): Record<string, string> {
  return {
    AZURE_CONFIG_DIR: folder,
    AZURE_CLOUD_NAME: cloudName,
    AZURE_CORE_COLLECT_TELEMETRY: 'no',
    AZURE_SUBSCRIPTION_ID: profile.subscription,
    AZURE_TENANT_ID: profile.tenant,
    AZURE_CLIENT_ID: profile.clientId,
    AZURE_CLIENT_SECRET: profile.clientSecret,
    AZURE_AUTHORITY_HOST: profile.url,
    AZURE_RESOURCE_MANAGER_ENDPOINT: profile.url,
  };
}
