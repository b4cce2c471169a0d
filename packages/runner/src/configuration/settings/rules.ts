/** What a value must look like; readers, checks, JSON Schema and documentation all come from these. */
export type Rule = TextRule | IntegerRule | SecretRule | ImagesRule;

export interface TextRule {
  type: 'text';
  /** All must hold; the first that doesn't is reported. */
  must: readonly { match: RegExp; be: string }[];
  example: string;
  /** How to get it right. */
  hint?: (value: string) => string;
  /** Made of digits: YAML may have it as a number. */
  digits?: boolean;
}

export interface IntegerRule {
  type: 'integer';
  minimum: number;
  maximum: number;
}

/** A value, or a reference to one: `env:NAME`, `file:PATH`. */
export interface SecretRule {
  type: 'secret';
}

/** Image → command of this machine, or another image. */
export interface ImagesRule {
  type: 'images';
}

export const integer = (minimum: number, maximum: number): IntegerRule => ({ type: 'integer', minimum, maximum });

export function text(example: string, match: RegExp, be: string, more: Partial<TextRule> = {}): TextRule {
  return { type: 'text', must: [{ match, be }], example, ...more };
}
