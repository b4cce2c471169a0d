import type { SignatureScope } from './scope.ts';

/** AWS refuses header signatures that are more than five minutes off. */
const skewMs = 5 * 60_000;
/** The longest a presigned URL may live. */
const longestSeconds = 7 * 86_400;

/** STS takes presigned calls for 15 minutes whatever they say: EKS tokens say 60 seconds and live that long. */
const stsSeconds = 15 * 60;

export type TimeVerdict = 'ok' | 'malformed' | 'expired' | 'early' | 'expiry-out-of-range';

/** Whether a signature made at `scope.timestamp` is acceptable at `nowMs`. */
export function signatureTime(scope: SignatureScope, nowMs: number): TimeVerdict {
  const signedAtMs = parseTimestamp(scope.timestamp);
  if (signedAtMs === undefined || !scope.timestamp.startsWith(scope.date)) return 'malformed';
  if (nowMs < signedAtMs - skewMs) return 'early';
  if (scope.expiresSeconds === undefined) return nowMs > signedAtMs + skewMs ? 'expired' : 'ok';
  if (!(scope.expiresSeconds >= 1 && scope.expiresSeconds <= longestSeconds)) return 'expiry-out-of-range';
  const seconds = scope.service === 'sts' ? Math.max(scope.expiresSeconds, stsSeconds) : scope.expiresSeconds;
  return nowMs > signedAtMs + seconds * 1000 ? 'expired' : 'ok';
}

/** `20261122T081500Z`, the basic ISO form that signatures use. */
export const formatTimestamp = (ms: number): string => new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '');

function parseTimestamp(text: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match.map(Number);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
}
