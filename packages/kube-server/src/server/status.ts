import { ApiError, type StatusDetails } from '../store/index.ts';

/** `v1 Status`: every error, and what there is to say about a deletion. */
export function statusOf(error: unknown): { code: number; body: object } {
  if (error instanceof ApiError) {
    const { code, reason, message, details } = error;
    return { code, body: status({ status: 'Failure', message, reason, details, code }) };
  }
  const message = `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`;
  return { code: 500, body: status({ status: 'Failure', message, reason: 'InternalError', code: 500 }) };
}

export const successStatus = (details: StatusDetails, code = 200): object =>
  status({ status: 'Success', details, ...(code === 200 ? {} : { code }) });

const status = (fields: object) => ({ kind: 'Status', apiVersion: 'v1', metadata: {}, ...fields });
