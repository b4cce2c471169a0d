import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
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
export async function signIdentity(options: SignOptions): Promise<string> {
  const identity = Buffer.from(JSON.stringify(await signedRequest(options))).toString('base64url');
  return `${identityScheme} ${identity}`;
}

async function signedRequest({ credentials, region, endpoint, nowMs }: SignOptions): Promise<SignedIdentity> {
  const { protocol, hostname, host, origin } = new URL(endpoint ?? `https://sts.${region}.amazonaws.com/`);
  // Without a header for the body's hash: istiod forwards only headers that it knows.
  const signer = new SignatureV4({ service: 'sts', region, credentials, sha256: Sha256, applyChecksum: false });
  const headers = { 'content-type': contentType, host };
  const request = { method: 'POST', protocol, hostname, path: '/', headers, body: identityBody };
  const signed = await signer.sign(request, { signingDate: new Date(nowMs) });
  return { url: `${origin}/`, headers: signed.headers };
}
