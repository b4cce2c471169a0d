import { MeshbedError } from '@meshbed/core';
import type { Target } from '@meshbed/runner';
import { describeOrigin, type Loaded } from '@meshbed/runner/configuration';

/**
 * What runs already has its accounts and its region: a configuration that says others means another environment.
 * @throws MeshbedError `user/other-environment`
 */
export function refuseOther({ region, accounts, azure }: Target, { values }: Loaded): void {
  const facts = {
    region,
    'azure.subscription': azure?.subscription,
    'accounts.local.id': accounts.local.id,
    'accounts.external.id': accounts.external?.id,
  };
  for (const [key, actual] of Object.entries(facts)) {
    const configured = values.get(key);
    if (!configured || configured.origin.kind === 'default' || configured.value === actual) continue;
    const { name, value, origin } = configured;
    throw new MeshbedError('user/other-environment', `${name} is ${String(value)}, but the sandbox has ${actual}`, {
      object: describeOrigin(origin),
      next: 'start one with this configuration: meshbed sandbox up -c FILE',
    });
  }
}
