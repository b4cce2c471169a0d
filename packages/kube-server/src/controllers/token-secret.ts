import type { Secret } from '../objects/index.ts';
import { apiAudience } from '../auth/index.ts';
import type { KubeCluster } from '../server/options.ts';
import { type ControllerContext, keyOf, runController, source, splitKey } from './controller.ts';

const tokenType = 'kubernetes.io/service-account-token';
const accountAnnotation = 'kubernetes.io/service-account.name';
/** Such tokens don't expire. */
const ttlMs = 100 * 365 * 86_400_000;

const accountOf = ({ type, metadata }: Secret): string | undefined =>
  type === tokenType ? metadata.annotations?.[accountAnnotation] : undefined;

/** Fills secrets of type `kubernetes.io/service-account-token` with a token of the account that they name. */
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
  if (!secret || serviceAccount === undefined || secret.data?.['token'] !== undefined) return;
  if (!store.get('serviceaccounts', namespace, serviceAccount)) return;
  const token = cluster.issueToken({ namespace, serviceAccount, audiences: [apiAudience], ttlMs });
  const encoded = (text: string) => Buffer.from(text).toString('base64');
  const data = { token: encoded(token), 'ca.crt': encoded(caPem), namespace: encoded(namespace) };
  store.update({ ...secret, data: { ...secret.data, ...data } });
}
