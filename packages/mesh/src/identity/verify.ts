import type { Connect } from '@meshbed/kube-client/agents';
import { exchange } from '../http/request.ts';
import { messageOf } from '@meshbed/core';
import { Code, GrpcError } from '../grpc/index.ts';
import { callerRole } from './role.ts';
import { identityBody, identityScheme, type SignedIdentity } from './sign.ts';

export interface VerifyOptions {
  connect: Connect;
  /** The STS of this installation, besides AWS's own. */
  endpoint?: string | undefined;
  signal?: AbortSignal;
}

const refuse = (message: string) => new GrpcError(Code.unauthenticated, `AWS identity: ${message}`);

/** Only what STS needs is forwarded; a caller can't make istiod send anything else. */
const forwarded = ['authorization', 'content-type', 'x-amz-date', 'x-amz-security-token'];
const ownHosts = /^sts(?:-fips)?(?:\.[a-z]{2}(?:-[a-z]+)+-\d)?\.amazonaws\.com(?:\.cn)?$/;

/**
 * Asks STS who signed. Returns the caller's role as `arn:aws:iam::ACCOUNT:role/NAME`, without its path.
 * @throws GrpcError unauthenticated: another host, a request that is not GetCallerIdentity, STS refuses, not a role.
 */
export async function verifyIdentity(authorization: string, options: VerifyOptions): Promise<string> {
  const { url, headers } = parse(authorization);
  assertAllowed(url, options.endpoint);
  const { connect, signal } = options;
  const request = { method: 'POST', url, headers, body: identityBody, signal };
  const { status, body } = await exchange(connect, request).catch((cause: unknown) => {
    throw new GrpcError(Code.unavailable, `AWS identity: ${url.host}: ${messageOf(cause)}`, { cause });
  });
  if (status !== 200)
    throw refuse(`STS answered ${status} ${tagged(body, 'Code') ?? ''}: ${tagged(body, 'Message') ?? ''}`);
  const arn = tagged(body, 'Arn') ?? '';
  const role = callerRole(arn);
  if (role === undefined) throw refuse(`${arn === '' ? 'the caller' : arn} is not a role`);
  return role;
}

function parse(authorization: string): { url: URL; headers: Record<string, string> } {
  const encoded = authorization.startsWith(`${identityScheme} `) ? authorization.slice(identityScheme.length + 1) : '';
  try {
    const { url: text, headers: given } = JSON.parse(Buffer.from(encoded, 'base64url').toString()) as SignedIdentity;
    const url = new URL(text);
    const headers: Record<string, string> = { host: url.host, 'content-length': String(identityBody.length) };
    for (const name of forwarded) if (typeof given[name] === 'string') headers[name] = given[name];
    return { url, headers };
  } catch {
    throw refuse('not a signed request');
  }
}

function assertAllowed(url: URL, endpoint: string | undefined): void {
  const own = endpoint === undefined ? undefined : new URL(endpoint);
  const allowed =
    own?.origin === url.origin || (url.protocol === 'https:' && url.port === '' && ownHosts.test(url.hostname));
  if (!allowed) throw refuse(`${url.origin} is not an STS endpoint that is allowed here`);
  if (url.pathname !== '/' || url.search !== '') throw refuse('the request is not GetCallerIdentity');
}

const tagged = (xml: string, name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
