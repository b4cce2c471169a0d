export interface Page<Item> {
  items: Item[];
  nextToken: string | undefined;
}

/**
 * A page of at most `size` items from where `token` says. A token is the position, in a form that nobody is tempted to
 * count up. `invalid` makes the service's error for one that is not ours.
 */
export function pageOf<Item>(
  items: readonly Item[],
  { token, size, invalid }: { token: string | undefined; size: number; invalid: () => Error },
): Page<Item> {
  const from = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString());
  if (!Number.isInteger(from) || from < 0 || from > items.length) throw invalid();
  const to = from + size;
  return {
    items: items.slice(from, to),
    nextToken: to < items.length ? Buffer.from(String(to)).toString('base64url') : undefined,
  };
}
