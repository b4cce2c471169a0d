import type { CloudContext } from '../run/context.ts';
import { eksCluster } from './kinds/eks.ts';
import type { Place } from './types.ts';

/** The accounts of an environment. Kubernetes is asked only while the cluster can answer. */
export function placesOf(context: CloudContext): Place[] {
  const { target, configuration, local, external } = context;
  const base = { configuration, istioctl: () => context.istioctl() };
  const here: Place = {
    ...base,
    account: 'local',
    profile: target.accounts.local.profile,
    aws: local,
    kube: async () => ((await eksCluster(here))?.status === 'ACTIVE' ? context.kube() : undefined),
  };
  if (!external) return [here];
  const profile = target.accounts.external?.profile ?? '';
  return [here, { ...base, account: 'external', profile, aws: external, kube: async () => undefined }];
}
