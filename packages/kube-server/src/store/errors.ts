import type { Resource } from '../registry/index.ts';

/** HTTP status of each reason, as apimachinery's `metav1.StatusReason` documents them. */
const codes = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  AlreadyExists: 409,
  Conflict: 409,
  Expired: 410,
  UnsupportedMediaType: 415,
  Invalid: 422,
  InternalError: 500,
  NotImplemented: 501,
  ServiceUnavailable: 503,
} as const;

export type Reason = keyof typeof codes;

export interface StatusCause {
  reason: string;
  message: string;
  field?: string;
}

export interface StatusDetails {
  name?: string | undefined;
  group?: string | undefined;
  kind?: string | undefined;
  uid?: string | undefined;
  causes?: readonly StatusCause[];
  retryAfterSeconds?: number;
}

/** A refusal in the API server's own words; becomes a `Status` on the wire. */
export class ApiError extends Error {
  readonly code: number;
  readonly reason: Reason;
  readonly details: StatusDetails | undefined;

  constructor(reason: Reason, message: string, details?: StatusDetails) {
    super(message);
    this.name = 'ApiError';
    this.reason = reason;
    this.code = codes[reason];
    this.details = details;
  }
}

/** One problem with one field; `detail` begins as Kubernetes' field errors do. */
export interface FieldProblem {
  field: string;
  reason:
    | 'FieldValueRequired'
    | 'FieldValueInvalid'
    | 'FieldValueNotSupported'
    | 'FieldValueForbidden'
    | 'FieldValueDuplicate'
    | 'FieldValueTypeInvalid'
    | 'FieldValueTooLong'
    | 'FieldValueTooMany';
  /** `Required value: …`, `Invalid value: "x": …`. */
  message: string;
}

const details = (resource: Resource, name: string | undefined): StatusDetails => ({
  name,
  ...(resource.group === '' ? {} : { group: resource.group }),
  kind: resource.plural,
});

export const notFound = (resource: Resource, name: string): ApiError =>
  new ApiError('NotFound', `${resource.key} "${name}" not found`, details(resource, name));

export const alreadyExists = (resource: Resource, name: string): ApiError =>
  new ApiError('AlreadyExists', `${resource.key} "${name}" already exists`, details(resource, name));

export const conflict = (resource: Resource, name: string, why: string): ApiError =>
  new ApiError(
    'Conflict',
    `Operation cannot be fulfilled on ${resource.key} "${name}": ${why}`,
    details(resource, name),
  );

export const forbidden = (resource: Resource, name: string, why: string): ApiError =>
  new ApiError('Forbidden', `${resource.key} "${name}" is forbidden: ${why}`, details(resource, name));

/** With details, though empty: `kubectl debug` looks into them unasked. */
export const noSuchPath = (): ApiError =>
  new ApiError('NotFound', 'the server could not find the requested resource', {});

export const badRequest = (message: string): ApiError => new ApiError('BadRequest', message);

/** @param problems at least one */
export function invalid(resource: Resource, name: string | undefined, problems: readonly FieldProblem[]): ApiError {
  const kind = resource.group === '' ? resource.kind : `${resource.kind}.${resource.group}`;
  const lines = problems.map(({ field, message }) => `${field}: ${message}`);
  const text = lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`;
  return new ApiError('Invalid', `${kind} "${name ?? ''}" is invalid: ${text}`, {
    name,
    ...(resource.group === '' ? {} : { group: resource.group }),
    kind: resource.kind,
    causes: problems,
  });
}
