import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
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
async function presignedIdentity(
  { credentials, endpoint, region }: AwsAccess,
  headers: Record<string, string>,
  nowMs: number,
): Promise<URL> {
  const url = new URL(endpoint ?? `https://sts.${region}.amazonaws.com/`);
  const signer = new SignatureV4({ service: 'sts', region, credentials, sha256: Sha256 });
  const query = { Action: 'GetCallerIdentity', Version: '2011-06-15' };
  const { protocol, hostname, host, pathname: path } = url;
  const request = { method: 'GET', protocol, hostname, path, query, headers: { host, ...headers } };
  const signed = await signer.presign(request, { signingDate: new Date(nowMs), expiresIn: 60 });
  url.search = new URLSearchParams(signed.query as Record<string, string>).toString();
  return url;
}
