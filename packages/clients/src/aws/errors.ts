/**
 * The code that AWS put on the wire. The SDK names an error after its exception class for some protocols and after the
 * wire code for others, and only the query protocols carry `Code`.
 */
export function errorCode(error: unknown): string {
  const { Code, name } = (error ?? {}) as { Code?: unknown; name?: unknown };
  if (typeof Code === 'string') return Code;
  return typeof name === 'string' ? name : 'UnknownError';
}

/** Whether the error says that the object isn't there, in any of the spellings that the services use. */
export function isNotFound(error: unknown): boolean {
  return /NotFound|^NoSuchEntity|^ClusterNotFoundException$|^ServiceNotFoundException$/i.test(errorCode(error));
}

/** Whether the error says that somebody else was faster. */
export function isAlreadyThere(error: unknown): boolean {
  return /AlreadyExists|^ResourceInUseException$|\.Duplicate$|AlreadyAssociated$/.test(errorCode(error));
}
