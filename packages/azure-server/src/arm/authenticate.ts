import { ArmError } from '../errors.ts';
import { type Claims, issuerOf } from '../entra/tokens.ts';
import type { World } from '../world.ts';
import type { Request } from './call.ts';

/** What a token for the Resource Manager may be meant for; compared without a final slash. */
export const audiencesOf = (url: string): string[] => [
  'https://management.azure.com',
  'https://management.core.windows.net',
  url,
];

const challenge = (tenant: string) => ({
  'www-authenticate': `Bearer authorization_uri="https://login.windows.net/${tenant}", error="invalid_token", error_description="The authentication failed because of missing or invalid token."`,
});

/** Who calls. @throws ArmError 401 */
export function authenticate(world: World, { headers }: Request): Claims {
  const home = world.directory.tenants[0]?.id ?? '';
  const refuse = (code: string, text: string) => new ArmError(401, code, text, challenge(home));
  const [scheme = '', token = ''] = String(headers['authorization'] ?? '').split(' ');
  if (scheme.toLowerCase() !== 'bearer' || token === '')
    throw refuse('AuthenticationFailed', "Authentication failed. The 'Authorization' header is missing or invalid.");
  const found = world.tokens.verify(token);
  if (!found.valid) {
    if (!found.expired) throw refuse('InvalidAuthenticationToken', 'The access token is invalid.');
    const [end, now] = [found.expired.exp * 1000, world.clock.now()].map((ms) => new Date(ms).toUTCString());
    throw refuse(
      'ExpiredAuthenticationToken',
      `The access token expiry UTC time '${end}' is earlier than current UTC time '${now}'.`,
    );
  }
  const { claims } = found;
  const allowed = audiencesOf(world.url());
  if (!allowed.includes(claims.aud.replace(/\/$/, ''))) {
    const text = `The access token has been obtained for wrong audience or resource '${claims.aud}'. It should exactly match with one of the allowed audiences '${allowed.join("','")}'.`;
    throw refuse('InvalidAuthenticationTokenAudience', text);
  }
  return claims;
}

/** A token of one tenant is nothing in the subscriptions of another. @throws ArmError */
export function requireTenant(world: World, caller: Claims, subscription: string): void {
  const found = world.directory.subscription(subscription);
  if (!found) throw new ArmError(404, 'SubscriptionNotFound', `The subscription '${subscription}' could not be found.`);
  if (found.tenant === caller.tid) return;
  throw new ArmError(
    401,
    'InvalidAuthenticationTokenTenant',
    `The access token is from the wrong issuer '${caller.iss}'. It must match the tenant '${issuerOf(found.tenant)}' associated with this subscription. Please use the authority (URL) 'https://login.windows.net/${found.tenant}' to get the token. Note, if the subscription is transferred to another tenant there is no impact to the services, but information about new tenant could take time to propagate (up to an hour). If you just transferred your subscription and see this error message, please try back later.`,
    challenge(found.tenant),
  );
}
