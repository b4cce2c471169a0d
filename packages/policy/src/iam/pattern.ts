import type { RequestContext } from './context.ts';

/** A piece of a policy string: literal text, or a wildcard. */
type Piece = { literal: string } | { wildcard: '*' | '?' };

/** `${key}`, `${key, 'default'}`, and the escapes `${*}`, `${?}`, `${$}`. */
const variable = /\$\{([^},]+)(?:,\s*'([^']*)')?\}/g;

/**
 * Reads a policy string; undefined when it names a variable that the request does not have, since IAM then matches
 * nothing. What a variable stands for is literal, wildcards in it do not count.
 */
export function readPattern(text: string, context: RequestContext): readonly Piece[] | undefined {
  const pieces: Piece[] = [];
  let at = 0;
  for (const found of text.matchAll(variable)) {
    pieces.push(...wildcards(text.slice(at, found.index)));
    const value = substitute(found[1]!.trim(), found[2], context);
    if (value === undefined) return undefined;
    pieces.push({ literal: value });
    at = found.index + found[0].length;
  }
  return [...pieces, ...wildcards(text.slice(at))];
}

function substitute(key: string, fallback: string | undefined, context: RequestContext): string | undefined {
  if (['*', '?', '$'].includes(key)) return key;
  const values = context.get(key);
  return values?.length === 1 ? values[0] : fallback;
}

function wildcards(text: string): Piece[] {
  return [...text.matchAll(/[*?]|[^*?]+/g)].map(([part]) =>
    part === '*' || part === '?' ? { wildcard: part } : { literal: part },
  );
}

/** The text with its variables filled in and wildcards as plain characters. */
export function plainText(pieces: readonly Piece[]): string {
  return pieces.map((piece) => ('literal' in piece ? piece.literal : piece.wildcard)).join('');
}

/** Whether `*` and `?` in the pattern make it equal to the whole of `value`. */
export function globMatches(pieces: readonly Piece[], value: string, flags: '' | 'i' = ''): boolean {
  const source = pieces.map((piece) => {
    if ('literal' in piece) return piece.literal.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    return piece.wildcard === '*' ? '.*' : '.';
  });
  return new RegExp(`^${source.join('')}$`, `s${flags}`).test(value);
}
