/** Tags as most services spell them. */
export interface Tag {
  Key?: string | undefined;
  Value?: string | undefined;
}

export const tagMap = (tags: readonly Tag[] | undefined): Map<string, string> =>
  new Map((tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));

/** Tags in the form of answers. */
export const tagList = (tags: ReadonlyMap<string, string>): { Key: string; Value: string }[] =>
  [...tags].map(([Key, Value]) => ({ Key, Value }));

export function setTags(target: Map<string, string>, tags: readonly Tag[] | undefined): void {
  for (const [key, value] of tagMap(tags)) target.set(key, value);
}

/** Condition keys of the tags in a request. */
export const tagKeys = (tags: readonly Tag[] | undefined): Record<string, string | readonly string[]> => {
  const map = tagMap(tags);
  if (map.size === 0) return {};
  return {
    ...Object.fromEntries([...map].map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    'aws:TagKeys': [...map.keys()],
  };
};
