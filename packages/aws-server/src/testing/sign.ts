import { createHash, createHmac } from 'node:crypto';
import type { RawRequest } from './raw.ts';

export interface Signer {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  service: string;
  region?: string;
  atMs: number;
  host: string;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** Signature Version 4 for a request without query: written apart from the server's, to check it. */
export function signed(request: RawRequest, signer: Signer): RawRequest {
  const { method = 'POST', path = '/', body = '' } = request;
  const { region = 'us-east-2', service, accessKeyId, secretAccessKey, sessionToken } = signer;
  const timestamp = timestampOf(signer.atMs);
  const headers: Record<string, string> = {
    ...request.headers,
    host: signer.host,
    'x-amz-date': timestamp,
    ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
  };
  const names = Object.keys(headers).toSorted();
  const lines = names.map((name) => `${name}:${headers[name]}`);
  const canonical = [method, path, '', ...lines, '', names.join(';'), sha256(body)].join('\n');
  const scope = [timestamp.slice(0, 8), region, service, 'aws4_request'];
  const signature = signatureOf(secretAccessKey, scope, timestamp, canonical);
  const credential = `${accessKeyId}/${scope.join('/')}`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { ...request, headers: { ...headers, authorization } };
}

export interface PresignOptions extends Signer {
  query: Record<string, string>;
  headers: Record<string, string>;
  expiresSeconds: number;
}

/** A presigned GET, as `aws eks get-token` makes one. */
export function presigned(options: PresignOptions): RawRequest {
  const { service, region = 'us-east-2', atMs, accessKeyId, secretAccessKey, host } = options;
  const timestamp = timestampOf(atMs);
  const scope = [timestamp.slice(0, 8), region, service, 'aws4_request'];
  const headers: Record<string, string> = { ...options.headers, host };
  const names = Object.keys(headers).toSorted();
  const query = new URLSearchParams({
    ...options.query,
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${accessKeyId}/${scope.join('/')}`,
    'X-Amz-Date': timestamp,
    'X-Amz-Expires': String(options.expiresSeconds),
    'X-Amz-SignedHeaders': names.join(';'),
  });
  query.sort();
  const lines = names.map((name) => `${name}:${headers[name]}`);
  const canonical = ['GET', '/', query.toString(), ...lines, '', names.join(';'), sha256('')].join('\n');
  const signature = signatureOf(secretAccessKey, scope, timestamp, canonical);
  return { method: 'GET', path: `/?${query.toString()}&X-Amz-Signature=${signature}`, headers };
}

const timestampOf = (ms: number) => new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '');

function signatureOf(secret: string, scope: readonly string[], timestamp: string, canonical: string): string {
  const key = scope.reduce<string | Buffer>(hmac, `AWS4${secret}`);
  return hmac(key, ['AWS4-HMAC-SHA256', timestamp, scope.join('/'), sha256(canonical)].join('\n')).toString('hex');
}
