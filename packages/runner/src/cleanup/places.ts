import type { CloudContext } from '../run/context.ts';
import { aksCluster } from './kinds/aks-cluster.ts';
import { eksCluster } from './kinds/eks.ts';
import type { Place } from './types.ts';

/** The accounts and the subscription of an environment. Kubernetes is asked only while the cluster can answer. */
export const placesOf = (context: CloudContext): Place[] => [...accountsOf(context), ...subscriptionOf(context)];

function subscriptionOf(context: CloudContext): Place[] {
  const { target, configuration } = context;
  if (!target.azure) return [];
  const place: Place = {
    configuration,
    account: 'azure',
    accountId: target.azure.subscription,
    profile: '',
    aws: context.local,
    azure: context.azure(),
    kube: async () =>
      (await aksCluster(place))?.properties.provisioningState === 'Succeeded' ? context.kube('aks') : undefined,
    istioctl: () => context.istioctl('aks'),
  };
  return [place];
}

function accountsOf(context: CloudContext): Place[] {
  const { target, configuration } = context;
  const base = { configuration, istioctl: () => context.istioctl() };
  const here: Place = {
    ...base,
    account: 'local',
    accountId: target.accounts.local.id,
    profile: target.accounts.local.profile,
    aws: context.aws('local'),
    kube: async () => ((await eksCluster(here))?.status === 'ACTIVE' ? context.kube() : undefined),
  };
  const { external } = target.accounts;
  if (!external) return [here];
  const there: Place = {
    ...base,
    account: 'external',
    accountId: external.id,
    profile: external.profile,
    aws: context.aws('external'),
    kube: async () => undefined,
  };
  return [here, there];
}
