/** The Azure Resource Manager, as far as a run needs it. */
export { publicEndpoint, type AzureAccess } from './access.ts';
export { createAzureClient, type Accepted, type AzureClient, type AzureResource, type Operation } from './client.ts';
export { AzureError, isMissing } from './errors.ts';
export { azureAccessOf, type AzureLogin } from './login.ts';
export { servicePrincipalTokens, type ServicePrincipal } from './tokens.ts';
