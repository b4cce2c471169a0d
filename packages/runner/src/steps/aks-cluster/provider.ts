import { ready, waiting } from '@meshbed/core';
import { apiVersion } from '../../azure/versions.ts';
import type { StepContext } from '../types.ts';

interface Provider {
  id: string;
  name: string;
  type: string;
  registrationState: string;
}

/** New subscriptions know a resource provider only after somebody registered it. */
export async function ensureProvider(step: StepContext, namespace: string): Promise<void> {
  const azure = step.azure();
  const path = `/providers/${namespace}`;
  const find = async () => {
    const provider = await azure.get<Provider>(path, apiVersion.resources);
    return provider && provider.registrationState.startsWith('Register') ? provider : undefined;
  };
  await step.ensure({
    kind: 'Azure resource provider',
    name: namespace,
    find,
    create: () => azure.post<Provider>(`${path}/register`, apiVersion.resources),
  });
  await step.wait({
    what: `registration of ${namespace}`,
    timeoutMs: 10 * 60_000,
    next: `az provider show --namespace ${namespace} --query registrationState`,
    condition: async () => {
      const state = (await find())?.registrationState;
      return state === 'Registered' ? ready(true) : waiting(`${namespace} is ${state ?? 'not registered'}`);
    },
  });
}
