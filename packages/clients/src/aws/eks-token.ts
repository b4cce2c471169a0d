import { createHash, createHmac } from 'node:crypto';
import type { AwsAccess } from './access.ts';

/** EKS accepts a token for 15 minutes after its signature, whatever the URL says. */
export const eksTokenLifetimeMs: number = 15 * 60_000;

/**
 * A bearer token for an EKS cluster: a presigned STS GetCallerIdentity URL with the cluster's name in a signed header,
 * as `aws eks get-token` makes it.
 */
export async function eksToken(access: AwsAccess, clusterName: string, nowMs: number): Promise<string> {
  const url = await presignedIdentity(access, { 'x-k8s-aws-id': clusterName }, nowMs);
  return `k8s-aws-v1.${Buffer.from(url.href).toString('base64url')}`;
}

/** SigV4 in the query string, valid for a minute. */
async function presignedIdentity(access: AwsAccess, headers: Record<string, string>, nowMs: number): Promise<URL> {
  const { accessKeyId, secretAccessKey, sessionToken } = await access.credentials();
  const time = new Date(nowMs).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const scope = `${time.slice(0, 8)}/${access.region}/sts/aws4_request`;
  const url = new URL(access.endpoint ?? `https://sts.${access.region}.amazonaws.com/`);
  const signed = { host: url.host, ...headers };
  const query = canonicalQuery({
    Action: 'GetCallerIdentity',
    Version: '2011-06-15',
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${accessKeyId}/${scope}`,
    'X-Amz-Date': time,
    'X-Amz-Expires': '60',
    ...(sessionToken === undefined ? {} : { 'X-Amz-Security-Token': sessionToken }),
    'X-Amz-SignedHeaders': Object.keys(signed).join(';'),
  });
  const headerLines = Object.entries(signed).map(([name, value]) => `${name}:${value}\n`);
  const request = ['GET', url.pathname, query, headerLines.join(''), Object.keys(signed).join(';'), sha256('')].join(
    '\n',
  );
  const key = [time.slice(0, 8), access.region, 'sts', 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${secretAccessKey}`,
  );
  const signature = hmac(key, ['AWS4-HMAC-SHA256', time, scope, sha256(request)].join('\n')).toString('hex');
  url.search = `${query}&X-Amz-Signature=${signature}`;
  return url;
}

function canonicalQuery(parameters: Record<string, string>): string {
  const encode = (text: string) =>
    encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  const pairs = Object.entries(parameters).map(([name, value]) => `${encode(name)}=${encode(value)}`);
  return pairs.toSorted().join('&');
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
