import type { Credential } from '../accounts/index.ts';
import type { World } from '../context.ts';
import { authenticationError } from '../signature/failures.ts';
import { formatTimestamp, type SignatureScope, signatureMatches, signatureTime } from '../signature/index.ts';
import type { Protocol, WireRequest } from '../wire/index.ts';
import type { Found } from './find.ts';

/** The principal that signed a request. @throws AwsError as the service's protocol spells it. */
export function authenticate(
  world: World,
  request: WireRequest,
  scope: SignatureScope | undefined,
  found: Found,
): Credential {
  const { protocol } = found;
  if (!scope) throw unsigned(protocol, request);
  const credential = world.credentials.find(scope.accessKeyId);
  if (!credential || credential.sessionToken !== scope.sessionToken || !stillExists(world, credential)) {
    throw authenticationError(protocol, 'unknown-key');
  }
  if (!signatureMatches(request, scope, credential.secretAccessKey)) {
    throw authenticationError(protocol, 'wrong-signature');
  }
  checkScope(protocol, scope, found);
  checkTime(protocol, scope, world.clock.now());
  if (hasExpired(world, credential)) {
    throw authenticationError(protocol, 'session-expired');
  }
  return credential;
}

function hasExpired({ clock, faults }: World, { expiresAtMs, principal }: Credential): boolean {
  if (expiresAtMs !== undefined && expiresAtMs <= clock.now()) return true;
  return faults?.expired?.(principal) ?? false;
}

const unsigned = (protocol: Protocol, { headers, query }: WireRequest) =>
  authenticationError(
    protocol,
    headers['authorization'] !== undefined || query.has('X-Amz-Signature') ? 'incomplete' : 'missing-token',
  );

/** A role made again under its old name is another role: sessions of the old one are void. */
function stillExists(world: World, { principal }: Credential): boolean {
  return principal.kind !== 'role-session' || world.sessions.roleExists(principal);
}

function checkScope(protocol: Protocol, scope: SignatureScope, { service }: Found): void {
  if (service && service.scope !== scope.service) {
    const detail = ` Credential should be scoped to correct service: '${service.scope}'.`;
    throw authenticationError(protocol, 'wrong-signature', detail);
  }
}

function checkTime(protocol: Protocol, scope: SignatureScope, nowMs: number): void {
  const verdict = signatureTime(scope, nowMs);
  if (verdict === 'ok') return;
  const detail = `: ${scope.timestamp} is ${verdict} (the time here is ${formatTimestamp(nowMs)})`;
  throw authenticationError(protocol, 'outside-time-window', detail);
}
