import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { Store } from '../store/index.ts';
import { apiAudience, type ServiceAccountIdentity, serviceAccountUser, type TokenAuthority } from './tokens.ts';
import { adminUser, authenticatedGroup, type User } from './user.ts';

/** What one cluster accepts as proof of identity. */
export interface Credentials {
  adminToken: string;
  tokens: TokenAuthority;
  store: Store;
  /** Tokens of other issuers, for example EKS'. */
  authenticate: (token: string) => Promise<User | undefined>;
}

/** The user behind a request's bearer token or client certificate; undefined when there is none. */
export async function authenticate(request: IncomingMessage, credentials: Credentials): Promise<User | undefined> {
  const token = bearerToken(request.headers);
  return token === undefined ? certificateUser(request) : tokenUser(token, credentials);
}

export const bearerToken = ({ authorization = '' }: IncomingHttpHeaders): string | undefined =>
  /^Bearer\s+(.+)$/i.exec(authorization)?.[1];

/** @param audience of a service account's token; the API server's own by default */
export async function tokenUser(
  token: string,
  credentials: Credentials,
  audience: string = apiAudience,
): Promise<User | undefined> {
  if (sameSecret(token, credentials.adminToken)) return adminUser;
  const identity = credentials.tokens.verify(token, audience);
  if (identity) return exists(identity, credentials.store) ? serviceAccountUser(identity) : undefined;
  const user = await credentials.authenticate(token);
  return user && { ...user, groups: [...new Set([...user.groups, authenticatedGroup])] };
}

function sameSecret(a: string, b: string): boolean {
  const [first, second] = [Buffer.from(a), Buffer.from(b)];
  return first.length === second.length && timingSafeEqual(first, second);
}

/** A token dies with its account, and with the pod it is bound to. */
function exists({ namespace, serviceAccount, serviceAccountUid, pod, podUid }: ServiceAccountIdentity, store: Store) {
  const account = store.get('serviceaccounts', namespace, serviceAccount);
  if (!account || (serviceAccountUid !== '' && account.metadata.uid !== serviceAccountUid)) return false;
  return pod === undefined || store.get('pods', namespace, pod)?.metadata.uid === podUid;
}

/** Common name and organizations of a certificate that the cluster's authority signed. */
function certificateUser({ socket }: IncomingMessage): User | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const { CN, O } = socket.getPeerCertificate().subject ?? {};
  const [username] = [CN].flat();
  if (!username) return undefined;
  const organizations = [O].flat().filter((name): name is string => name !== undefined);
  return { username, groups: [...organizations, authenticatedGroup] };
}
