import type { ClientHttp2Session, Http2Stream, IncomingHttpHeaders } from 'node:http2';
import { messageOf } from '@meshbed/core';

export const Code = {
  ok: 0,
  cancelled: 1,
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** How a call ended, when not with `ok`. */
export class GrpcError extends Error {
  readonly code: number;

  constructor(code: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'GrpcError';
    this.code = code;
  }
}

export const statusOf = (error: unknown): GrpcError =>
  error instanceof GrpcError ? error : new GrpcError(Code.unknown, messageOf(error), { cause: error });

/** `grpc-message` is percent-encoded UTF-8; what is safe in a header stays readable. */
export const encodeMessage = (text: string): string =>
  encodeURIComponent(text).replaceAll(/%(?:20|2C|3A|2F|3D|27|28|29)/g, decodeURIComponent);

export function decodeMessage(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const timeoutUnitsMs: Record<string, number> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };

/** `grpc-timeout` in milliseconds. */
export function parseTimeout(text: string | undefined): number | undefined {
  const match = /^(\d{1,8})([HMSmun])$/.exec(text ?? '');
  return match ? Number(match[1]) * (timeoutUnitsMs[match[2] ?? ''] ?? 1) : undefined;
}

const fromReset = new Map<number, number>([
  [7, Code.unavailable],
  [8, Code.cancelled],
  [11, Code.resourceExhausted],
  [12, Code.permissionDenied],
]);

const fromHttp = new Map<number, number>([
  [400, Code.internal],
  [401, Code.unauthenticated],
  [403, Code.permissionDenied],
  [404, Code.unimplemented],
  ...[429, 502, 503, 504].map((status) => [status, Code.unavailable] as const),
]);

export interface Ending {
  stream: Http2Stream;
  session: ClientHttp2Session;
  headers: IncomingHttpHeaders;
  trailers: IncomingHttpHeaders;
  cause: Error | undefined;
}

/** The status of an ended call: from the trailers, else the HTTP status, else the reset code, else the transport died. */
export function outcome({ stream, session, headers, trailers, cause }: Ending): GrpcError {
  const from = trailers['grpc-status'] === undefined ? headers : trailers;
  const status = from['grpc-status'];
  if (status !== undefined) return new GrpcError(Number(status), decodeMessage(String(from['grpc-message'] ?? '')));
  const http = Number(headers[':status'] ?? 200);
  if (http !== 200) return new GrpcError(fromHttp.get(http) ?? Code.unknown, `HTTP status ${http}`);
  if (session.destroyed) {
    return new GrpcError(Code.unavailable, cause ? `connection lost: ${cause.message}` : 'connection lost', { cause });
  }
  const code = fromReset.get(stream.rstCode ?? 0) ?? Code.internal;
  return new GrpcError(code, `stream reset (${stream.rstCode}) without a status`, { cause });
}
