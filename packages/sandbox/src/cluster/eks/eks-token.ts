import { request } from '@meshbed/core/http';
import type { Clock } from '@meshbed/core';

const clusterHeader = 'x-k8s-aws-id';
const prefix = 'k8s-aws-v1.';

/**
 * The access key that an EKS token is signed with: the token is a presigned STS GetCallerIdentity request with a signed
 * header that names the cluster, and STS is asked. The host in the token is not contacted: only this sandbox's STS knows.
 * @returns undefined when STS refuses it, or when it is no token for this cluster
 */
export async function signerOf(token: string, cluster: string, awsUrl: string): Promise<string | undefined> {
  const url = presignedUrl(token);
  // Without the header among the signed ones the token would be good for every cluster.
  if (!url?.searchParams.get('X-Amz-SignedHeaders')?.split(';').includes(clusterHeader)) return undefined;
  if (url.searchParams.get('Action') !== 'GetCallerIdentity') return undefined;
  const { hostname, port } = new URL(awsUrl);
  const path = `${url.pathname}${url.search}`;
  const status = await statusOf({ hostname, port, path, headers: { host: url.host, [clusterHeader]: cluster } });
  return status === 200 ? url.searchParams.get('X-Amz-Credential')?.split('/')[0] : undefined;
}

/** Finds the access key that signed a token. */
export type SignerLookup = (token: string) => Promise<string | undefined>;

/** An API server asks its webhook once per token, and believes the answer for two minutes. */
const believedMs = 120_000;

/** Asks `lookup` once for each token as long as a good answer is believed; bad ones are asked again. */
export function rememberedSigners(clock: Clock, lookup: SignerLookup): SignerLookup {
  const known = new Map<string, { signer: Promise<string | undefined>; untilMs: number }>();
  return (token) => {
    const found = known.get(token);
    if (found && clock.now() < found.untilMs) return found.signer;
    for (const [old, { untilMs }] of known) if (untilMs <= clock.now()) known.delete(old);
    const signer = lookup(token);
    known.set(token, { signer, untilMs: clock.now() + believedMs });
    const forget = () => known.get(token)?.signer === signer && known.delete(token);
    signer.then((accessKeyId) => accessKeyId ?? forget(), forget);
    return signer;
  };
}

function statusOf(options: object): Promise<number> {
  return new Promise((resolve, reject) => {
    request(options, (answer) => resolve(answer.resume().statusCode ?? 0))
      .on('error', reject)
      .end();
  });
}

function presignedUrl(token: string): URL | undefined {
  if (!token.startsWith(prefix)) return undefined;
  const encoded = token.slice(prefix.length);
  const decoded = Buffer.from(encoded, 'base64url');
  // Node's decoder overlooks what is too much.
  if (decoded.toString('base64url') !== encoded) return undefined;
  try {
    return new URL(decoded.toString('utf8'));
  } catch {
    return undefined;
  }
}
