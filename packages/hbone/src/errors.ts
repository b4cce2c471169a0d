/**
 * Why a tunnel did not open:
 * `REFUSED_BY_POLICY` the destination answered 401, `BAD_REQUEST` 400, `UNAVAILABLE` any other status or the connection
 * broke, `IDENTITY_MISMATCH` the destination is somebody else, `TLS` no agreement on TLS or our certificate was refused,
 * `DIAL` there was no TCP connection.
 */
export type HboneErrorCode = 'REFUSED_BY_POLICY' | 'BAD_REQUEST' | 'UNAVAILABLE' | 'IDENTITY_MISMATCH' | 'TLS' | 'DIAL';

export class HboneError extends Error {
  readonly code: HboneErrorCode;
  /** The answer to CONNECT, when there was one. */
  readonly status: number | undefined;

  constructor(code: HboneErrorCode, message: string, options: ErrorOptions & { status?: number } = {}) {
    super(message, options);
    this.name = 'HboneError';
    this.code = code;
    this.status = options.status;
  }
}
