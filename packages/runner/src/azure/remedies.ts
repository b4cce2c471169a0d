import type { Configuration } from '../configuration/index.ts';

export const moreCores = (region: string): string =>
  `set AKS_NODE_COUNT or AKS_NODE_VM_SIZE to less, or ask for more: az vm list-usage --location ${region} -o table`;

/** Code of an error → what to do about it. */
const remedies: readonly [RegExp, (configuration: Configuration['azure']) => string][] = [
  [
    /VCPUQuota|QuotaExceeded|OverconstrainedAllocation|SkuNotAvailable|AllocationFailed/i,
    ({ region }) => moreCores(region),
  ],
  [/LocationNotAvailable/i, () => 'set AZURE_REGION; list them: az account list-locations --query "[].name"'],
  [
    /^AuthorizationFailed$|^InvalidAuthenticationTokenTenant$/,
    ({ subscription = 'SUBSCRIPTION' }) =>
      `log in as somebody who may (Contributor of ${subscription}), or choose another subscription with AZURE_SUBSCRIPTION`,
  ],
];

export function remedyFor(code: string, { azure }: Configuration): string | undefined {
  return remedies.find(([codes]) => codes.test(code))?.[1](azure);
}
