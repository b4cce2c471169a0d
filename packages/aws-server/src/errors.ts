/**
 * An error as an AWS service answers it. `name` is the exception's name in the service's model when it declares one
 * (`NoSuchEntityException`, the wire layer derives code and status from the model), otherwise the wire code itself.
 */
export class AwsError extends Error {
  /** For names that the model does not declare; a modelled status wins. */
  readonly status: number;
  /** Modelled members of the exception beside its message. */
  readonly data: Readonly<Record<string, unknown>>;

  constructor(name: string, message: string, { status = 400, data = {}, cause }: AwsErrorOptions = {}) {
    super(message, cause === undefined ? {} : { cause });
    this.name = name;
    this.status = status;
    this.data = data;
  }
}

export interface AwsErrorOptions {
  status?: number;
  data?: Record<string, unknown>;
  cause?: unknown;
}

/** Names of the exceptions that a client package declares, or a class name ending so. */
type ExceptionName<Sdk> = Extract<Exclude<keyof Sdk, `${string}$`>, `${string}Exception`>;

/**
 * A typed constructor of one service's modelled errors, without loading the client:
 * `const fail = failures<typeof IAM>(); throw fail('NoSuchEntityException', '…')`.
 */
export const failures =
  <Sdk>(): ((name: ExceptionName<Sdk>, message: string, data?: Record<string, unknown>) => AwsError) =>
  (name, message, data = {}) =>
    new AwsError(name, message, { data });
