export interface Page<T> {
  items: T[];
  /** Undefined on the last page. */
  next: string | undefined;
}

/** The part of `items` that begins at `token`. Tokens are opaque for clients. @throws RangeError for a foreign token. */
export function pageOf<T>(items: readonly T[], token: string | undefined, size: number): Page<T> {
  const from = token === undefined ? 0 : offsetOf(token);
  const to = from + size;
  return { items: items.slice(from, to), next: to < items.length ? tokenOf(to) : undefined };
}

const prefix = 'page:';
const tokenOf = (offset: number) => Buffer.from(prefix + String(offset)).toString('base64url');

function offsetOf(token: string): number {
  const text = Buffer.from(token, 'base64url').toString();
  const offset = text.startsWith(prefix) ? Number(text.slice(prefix.length)) : Number.NaN;
  if (!Number.isInteger(offset)) throw new RangeError(`The token ${token} is not valid.`);
  return offset;
}
