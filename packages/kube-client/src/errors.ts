import { messageOf } from '@meshbed/core';

interface About {
  method: string;
  path: string;
}

/** A refusal of the API server (`status` and `reason` as in its Status object), or no answer at all (status 0). */
export class KubeError extends Error {
  readonly status: number;
  readonly reason: string;

  constructor(status: number, reason: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'KubeError';
    this.status = status;
    this.reason = reason;
  }

  static fromBody(status: number, body: string, { method, path }: About): KubeError {
    const { reason = '', message = body.slice(0, 300) } = parse(body);
    return new KubeError(status, reason, `${method} ${path}: ${status} ${message}`);
  }

  static unreachable(cause: unknown, { method, path }: About): KubeError {
    return new KubeError(0, 'Unreachable', `${method} ${path}: ${messageOf(cause)}`, { cause });
  }
}

function parse(body: string): { reason?: string; message?: string } {
  try {
    return JSON.parse(body) as { reason?: string; message?: string };
  } catch {
    return {};
  }
}

export const hasStatus = (error: unknown, ...statuses: number[]): boolean =>
  error instanceof KubeError && statuses.includes(error.status);
