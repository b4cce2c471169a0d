import type { WireRequest } from '../wire/index.ts';

/** What a request says about its signature: the credential scope and where to find the rest. */
export interface SignatureScope {
  accessKeyId: string;
  /** `20261122`, as the key derivation needs it. */
  date: string;
  region: string;
  service: string;
  signedHeaders: readonly string[];
  signature: string;
  /** `20261122T081500Z`. */
  timestamp: string;
  sessionToken: string | undefined;
  /** Only for presigned URLs. */
  expiresSeconds: number | undefined;
}

const headerForm = /^AWS4-HMAC-SHA256\s+Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]+)\s*$/;

/** The scope of a request signed by header or by URL; undefined when it carries no (or no legible) signature. */
export function signatureScope(request: WireRequest): SignatureScope | undefined {
  const header = headerForm.exec(request.headers['authorization'] ?? '');
  return header ? fromHeader(request, header) : fromUrl(request);
}

function fromHeader({ headers }: WireRequest, match: RegExpExecArray): SignatureScope | undefined {
  const [, credential = '', signedHeaders = '', signature = ''] = match;
  return scopeOf(credential, {
    signedHeaders: signedHeaders.split(';'),
    signature,
    timestamp: headers['x-amz-date'] ?? '',
    sessionToken: headers['x-amz-security-token'],
    expiresSeconds: undefined,
  });
}

function fromUrl({ query }: WireRequest): SignatureScope | undefined {
  const credential = query.get('X-Amz-Credential');
  if (credential === null || query.get('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256') return undefined;
  return scopeOf(credential, {
    signedHeaders: (query.get('X-Amz-SignedHeaders') ?? '').split(';'),
    signature: query.get('X-Amz-Signature') ?? '',
    timestamp: query.get('X-Amz-Date') ?? '',
    sessionToken: query.get('X-Amz-Security-Token') ?? undefined,
    expiresSeconds: Number(query.get('X-Amz-Expires') ?? Number.NaN),
  });
}

type Rest = Omit<SignatureScope, 'accessKeyId' | 'date' | 'region' | 'service'>;

function scopeOf(credential: string, rest: Rest): SignatureScope | undefined {
  const [accessKeyId, date, region, service, end] = credential.split('/');
  if (!accessKeyId || !date || !region || !service || end !== 'aws4_request') return undefined;
  return { accessKeyId, date, region, service, ...rest };
}
