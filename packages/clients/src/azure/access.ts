/** How to reach one subscription. */
export interface AzureAccess {
  /** A UUID. */
  subscription: string;
  /** A token for the Resource Manager that is valid now; called for every request. */
  token: () => Promise<string>;
  /** Default: the public cloud's Resource Manager. */
  endpoint?: string;
  /** PEM of the authority that signed the endpoint's certificate; default: those that Node trusts. */
  ca?: string;
}

export const publicEndpoint = 'https://management.azure.com';
