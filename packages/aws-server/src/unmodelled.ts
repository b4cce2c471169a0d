/** Empty lists, objects and texts change nothing, as do false, null and absent members. */
const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === false ||
  value === '' ||
  (typeof value === 'object' && !(value instanceof Date) && Object.keys(value).length === 0);

/**
 * Members of `input` that carry something this server would have to act on and does not know: better refused by name
 * than ignored.
 */
export const unmodelled = (input: object, known: ReadonlySet<string>): string[] =>
  Object.entries(input).flatMap(([name, value]) => (known.has(name) || isEmpty(value) ? [] : [name]));
