/** What Azure answered with an error status, or an operation that it gave up. */
export class AzureError extends Error {
  /** On the wire, `ResourceGroupNotFound`. */
  readonly Code: string;
  /** 0 for a failed operation. */
  readonly status: number;

  constructor(code: string, message: string, status: number) {
    super(message);
    this.name = 'AzureError';
    this.Code = code;
    this.status = status;
  }
}

/** @throws AzureError always */
export function refused(status: number, body: unknown): never {
  const { code, message } = (body as { error?: { code?: string; message?: string } } | undefined)?.error ?? {};
  throw new AzureError(code ?? `HTTP${status}`, message ?? `Azure answered with status ${status}`, status);
}

/** Whether what was asked for, or its resource group, isn't there. */
export const isMissing = (error: unknown): boolean => error instanceof AzureError && error.status === 404;
