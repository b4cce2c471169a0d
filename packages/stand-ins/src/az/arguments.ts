import { parseArgs } from 'node:util';
import { usage } from './failure.ts';

export interface Option {
  type: 'string' | 'boolean';
  short?: string;
  /** Takes all words up to the next option: `--tags a=b c=d`. */
  multiple?: true;
}

export type Options = Readonly<Record<string, Option>>;
export type Values = Readonly<Record<string, string | boolean | string[] | undefined>>;

const common: Options = {
  output: { type: 'string', short: 'o' },
  query: { type: 'string' },
  subscription: { type: 'string' },
  'only-show-errors': { type: 'boolean' },
  debug: { type: 'boolean' },
  verbose: { type: 'boolean' },
};

/** @throws AzFailure in az's words for what a verb doesn't know */
export function parseOptions(words: readonly string[], options: Options): Values {
  const all = { ...common, ...options };
  try {
    return parseArgs({ args: grouped(words, all), options: all, strict: true, allowPositionals: false })
      .values as Values;
  } catch (error) {
    const message = (error as Error).message;
    const [, unknown] = /^Unknown option '([^']+)'|^Unexpected argument '([^']+)'/.exec(message) ?? [];
    throw usage(unknown === undefined ? message : `unrecognized arguments: ${unknown}`);
  }
}

/** Repeats the option before each further word, as parseArgs wants it. */
function grouped(words: readonly string[], options: Options): string[] {
  let current: string | undefined;
  let follows = false;
  return words.flatMap((word) => {
    if (word.startsWith('-')) {
      const name = Object.keys(options).find((each) => word === `--${each}` || word === `-${options[each]?.short}`);
      current = name !== undefined && options[name]?.multiple ? word : undefined;
      follows = false;
      return [word];
    }
    if (current === undefined || !follows) {
      follows = current !== undefined;
      return [word];
    }
    return [current, word];
  });
}

export const text = (values: Values, name: string): string | undefined =>
  typeof values[name] === 'string' ? values[name] : undefined;

/** @throws AzFailure as az, with all spellings of the option */
export function required(values: Values, name: string, spelling: string): string {
  const value = text(values, name);
  if (value !== undefined && value !== '') return value;
  throw usage(`the following arguments are required: ${spelling}`);
}

/** `a=b` → `{a: 'b'}`; undefined without the option. */
export function tagsOf({ tags }: Values): Record<string, string> | undefined {
  if (!Array.isArray(tags)) return undefined;
  return Object.fromEntries(
    tags
      .flatMap((word) => word.split(/\s+/))
      .filter((word) => word !== '')
      .map((pair) => {
        const at = pair.indexOf('=');
        return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
      }),
  ) as Record<string, string>;
}
