/** Whether the istiod of one cluster reads the other. */
import type { KubeReader } from '@meshbed/clients/kube';
import { tokenIn } from '../../mesh/remote-secret.ts';
import { meshClusterName } from '../../scenario/kubernetes.ts';
import type { KubernetesName } from '../../scenario/types.ts';
import type { Cause } from '../types.ts';
import type { Member } from './member.ts';

/** `refused` names the secret. */
export type Reading = { state: 'reads' } | { state: 'missing' } | { state: 'refused'; secret: string };

export async function readingOf(
  { remoteSecrets }: Member,
  { kube, cluster }: { kube: KubeReader; cluster: KubernetesName },
): Promise<Reading> {
  const name = meshClusterName(cluster);
  const found = remoteSecrets.flatMap((secret) => {
    const token = tokenIn(secret, name);
    return token === undefined ? [] : [{ secret: secret.metadata.name, token }];
  });
  const [first] = found;
  if (!first) return { state: 'missing' };
  const { accepts } = kube;
  if (!accepts) return { state: 'reads' };
  const accepted = await Promise.all(found.map(({ token }) => accepts(token)));
  return accepted.includes(true) ? { state: 'reads' } : { state: 'refused', secret: first.secret };
}

interface Named {
  here: { name: string; account: string };
  there: string;
}

/** What an istiod knew stays; one that starts knows nothing. */
export function unread(reading: Reading, { here, there }: Named): Cause | undefined {
  if (reading.state === 'reads') return undefined;
  const base = { account: here.account, fix: ['meshbed run 4 --step connect_clusters'] };
  if (reading.state === 'missing') {
    const says = `istiod of ${here.name} has no remote secret for ${there}: it knows none of its services`;
    return { ...base, reason: 'remote-secret-missing', object: 'Namespace istio-system', says };
  }
  const says = `${there} does not take the token in the remote secret ${reading.secret}: istiod of ${here.name} learns nothing new of it, and nothing at all once it is restarted`;
  return { ...base, reason: 'remote-secret-refused', object: `Secret istio-system/${reading.secret}`, says };
}
