/** Tags as ECS (lists in lower case), EKS and Logs (records) spell them. */
export type EcsTag = { key?: string | undefined; value?: string | undefined };

export const tagsFromList = (list: readonly EcsTag[] = []): Map<string, string> =>
  new Map(list.map(({ key = '', value = '' }) => [key, value]));

export const tagsToList = (tags: ReadonlyMap<string, string>): { key: string; value: string }[] =>
  [...tags].map(([key, value]) => ({ key, value }));

export const tagsFromRecord = (record: Readonly<Record<string, string>> = {}): Map<string, string> =>
  new Map(Object.entries(record));

export const tagsToRecord = (tags: ReadonlyMap<string, string>): Record<string, string> => Object.fromEntries(tags);

export function addTags(tags: Map<string, string>, more: ReadonlyMap<string, string>): void {
  for (const [key, value] of more) tags.set(key, value);
}

export function removeTags(tags: Map<string, string>, keys: readonly string[] = []): void {
  for (const key of keys) tags.delete(key);
}
