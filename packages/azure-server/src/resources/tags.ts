import { invalid } from '../errors.ts';

/** @throws ArmError InvalidTags */
export function tagsOf({ tags = {} }: Record<string, unknown>): Record<string, string> {
  const entries = Object.entries((tags ?? {}) as Record<string, unknown>);
  if (entries.length > 50) throw invalid('InvalidTags', 'The number of tags exceeds the limit of 50.');
  for (const [name, value] of entries) {
    if (typeof value === 'string' && name.length <= 512 && value.length <= 256 && !/[<>%&\\?/]/.test(name)) continue;
    throw invalid(
      'InvalidTagNameCharacters',
      `The tag '${name}' is invalid: names have at most 512 characters without <>%&\\?/, values are strings of at most 256.`,
    );
  }
  return Object.fromEntries(entries) as Record<string, string>;
}
