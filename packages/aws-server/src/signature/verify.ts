import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { WireRequest } from '../wire/index.ts';
import type { SignatureScope } from './scope.ts';

/** Headers that a signature must cover: without the host, a signed request could be replayed to another server. */
const requiredHeader = 'host';

/**
 * Whether the signature of `request` was made with `secret` (AWS Signature Version 4, headers or presigned URL).
 * Services other than S3 encode the path twice.
 */
export function signatureMatches(request: WireRequest, scope: SignatureScope, secret: string): boolean {
  if (!scope.signedHeaders.includes(requiredHeader) || !coversItsHeaders(request, scope)) return false;
  const credentialScope = `${scope.date}/${scope.region}/${scope.service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', scope.timestamp, credentialScope, sha256(canonicalRequest(request, scope))].join(
    '\n',
  );
  const expected = hmac(signingKey(scope, secret), text);
  const given = Buffer.from(scope.signature, 'hex');
  return expected.length === given.length && timingSafeEqual(expected, given);
}

/** A header that carries authority has to be signed; a presigned URL carries it in the (signed) query. */
const coversItsHeaders = ({ headers }: WireRequest, { signedHeaders, expiresSeconds }: SignatureScope) =>
  expiresSeconds !== undefined ||
  Object.keys(headers).every((name) => !isAuthoritative(name) || signedHeaders.includes(name));

const isAuthoritative = (name: string) => name === 'x-amz-date' || name === 'x-amz-target';

function canonicalRequest(request: WireRequest, { signedHeaders }: SignatureScope): string {
  const headers = signedHeaders.map((name) => `${name}:${(request.headers[name] ?? '').trim().replace(/\s+/g, ' ')}`);
  return [
    request.method,
    request.path.split('/').map(percentEncode).join('/'),
    canonicalQuery(request.rawQuery),
    ...headers,
    '',
    signedHeaders.join(';'),
    sha256(request.body),
  ].join('\n');
}

const canonicalQuery = (rawQuery: string) =>
  [...new URLSearchParams(rawQuery)]
    .filter(([key]) => key !== 'X-Amz-Signature')
    .map(([key, value]) => `${percentEncode(key)}=${percentEncode(value)}`)
    .toSorted()
    .join('&');

const signingKey = ({ date, region, service }: SignatureScope, secret: string) =>
  [region, service, 'aws4_request'].reduce<Buffer>(hmac, hmac(`AWS4${secret}`, date));

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');
const percentEncode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
