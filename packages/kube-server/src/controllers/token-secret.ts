import type { Secret } from '../objects/index.ts';
import { apiAudience } from '../auth/index.ts';
import type { KubeCluster } from '../server/options.ts';
import { type ControllerContext, keyOf, runController, source, splitKey } from './controller.ts';

const tokenType = 'kubernetes.io/service-account-token';
const accountAnnotation = 'kubernetes.io/service-account.name';
const uidAnnotation = 'kubernetes.io/service-account.uid';
/** Such tokens don't expire. */
const ttlMs = 100 * 365 * 86_400_000;

const accountOf = ({ type, metadata }: Secret): string | undefined =>
  type === tokenType ? metadata.annotations?.[accountAnnotation] : undefined;

/**
 * Fills secrets of type `kubernetes.io/service-account-token` with a token of the account that they name, and deletes
 * those whose account is gone: one of the same name is another account.
 */
export function tokenSecretController(context: ControllerContext, cluster: KubeCluster): Disposable {
  const { store } = context;
  const waiting = ({ namespace }: { namespace: string }) =>
    store.list('secrets', { namespace }).filter((secret) => accountOf(secret) !== undefined);
  return runController(context, 'token-secret', (key) => fill(splitKey(key), cluster), [
    source('secrets', (secret) => (accountOf(secret) === undefined ? [] : [keyOf(secret)])),
    source('serviceaccounts', ({ metadata: { namespace = '' } }) => waiting({ namespace }).map(keyOf)),
  ]);
}

function fill({ namespace, name }: { namespace: string; name: string }, cluster: KubeCluster): void {
  const { store, caPem } = cluster;
  const secret = store.get('secrets', namespace, name);
  const serviceAccount = secret && accountOf(secret);
  if (!secret || serviceAccount === undefined) return;
  const uid = store.get('serviceaccounts', namespace, serviceAccount)?.metadata.uid;
  const filledFor = secret.metadata.annotations?.[uidAnnotation];
  if (filledFor !== undefined && filledFor !== uid) return void store.delete('secrets', namespace, name);
  if (uid === undefined || secret.data?.['token'] !== undefined) return;
  const token = cluster.issueToken({ namespace, serviceAccount, audiences: [apiAudience], ttlMs });
  const encoded = (text: string) => Buffer.from(text).toString('base64');
  const data = { token: encoded(token), 'ca.crt': encoded(caPem), namespace: encoded(namespace) };
  const annotations = { ...secret.metadata.annotations, [uidAnnotation]: uid };
  store.update({ ...secret, metadata: { ...secret.metadata, annotations }, data: { ...secret.data, ...data } });
}
