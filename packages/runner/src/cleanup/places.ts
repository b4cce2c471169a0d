import type { CloudContext } from '../run/context.ts';
import { eksCluster } from './kinds/eks.ts';
import type { Place } from './types.ts';

/** The accounts of an environment. Kubernetes is asked only while the cluster can answer. */
export function placesOf(context: CloudContext): Place[] {
  const { target, configuration } = context;
  const base = { configuration, istioctl: () => context.istioctl() };
  const here: Place = {
    ...base,
    account: 'local',
    profile: target.accounts.local.profile,
    aws: context.aws('local'),
    kube: async () => ((await eksCluster(here))?.status === 'ACTIVE' ? context.kube() : undefined),
  };
  const { external } = target.accounts;
  if (!external) return [here];
  const { profile } = external;
  return [here, { ...base, account: 'external', profile, aws: context.aws('external'), kube: async () => undefined }];
}
