import { createHash, createHmac } from 'node:crypto';
import type { AwsCredentials } from '../aws/index.ts';

/** What GetCallerIdentity says in the query protocol; nothing else may be in a signed identity. */
export const identityBody = 'Action=GetCallerIdentity&Version=2011-06-15';
const contentType = 'application/x-www-form-urlencoded; charset=utf-8';

/** A request to STS that its signer lets somebody else send. Holds a signature, never the secret key. */
export interface SignedIdentity {
  url: string;
  headers: Readonly<Record<string, string>>;
}

export interface SignOptions {
  credentials: AwsCredentials;
  region: string;
  /** Where STS is reached; default AWS's endpoint of the region. */
  endpoint?: string | undefined;
  nowMs: number;
}

export const identityScheme = 'aws-iam';

/** Value of an `authorization` header that proves the caller's AWS role: a SigV4-signed STS GetCallerIdentity request. */
export function signIdentity(options: SignOptions): string {
  const identity = Buffer.from(JSON.stringify(signedRequest(options))).toString('base64url');
  return `${identityScheme} ${identity}`;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** Signature version 4 for the one request there is: POST /, no query. */
function signedRequest({ credentials, region, endpoint, nowMs }: SignOptions): SignedIdentity {
  const url = new URL(endpoint ?? `https://sts.${region}.amazonaws.com/`);
  const time = new Date(nowMs).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const day = time.slice(0, 8);
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const headers: Record<string, string> = {
    'content-type': contentType,
    host: url.host,
    'x-amz-date': time,
    ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
  };
  const names = Object.keys(headers).join(';'); // sorted as written above
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const canonical = ['POST', '/', '', lines.join(''), names, sha256(identityBody)].join('\n');
  const scope = `${day}/${region}/sts/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n');
  const key = [day, region, 'sts', 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  const signature = hmac(key, toSign).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  return { url: new URL('/', url).href, headers: { ...headers, authorization } };
}
