import { coreMessages } from './core.ts';
import { groupMessages } from './groups.ts';
import { metaMessages } from './meta.ts';
import { podMessages } from './pod.ts';
import { reviewMessages } from './reviews.ts';

export type Scalar = 'string' | 'int' | 'bool' | 'bytes' | 'time' | 'quantity' | 'intOrString' | 'any' | 'status';

export interface Field {
  /** In protobuf; undefined when the field exists in JSON only. */
  number: number | undefined;
  /** Empty for a message that JSON inlines. */
  name: string;
  shape: 'one' | 'list' | 'map';
  type: Scalar | { message: string };
}

export type Message = readonly Field[];

const scalars: ReadonlySet<string> = new Set([
  'string',
  'int',
  'bool',
  'bytes',
  'time',
  'quantity',
  'intOrString',
  'any',
  'status',
]);

/** Messages by their name, for example `PodSpec`; top-level ones are named like their kind. */
export const messages: ReadonlyMap<string, Message> = parse(
  [metaMessages, podMessages, coreMessages, groupMessages, reviewMessages].join(''),
);

function parse(text: string): Map<string, Message> {
  const found = new Map<string, Field[]>();
  let fields: Field[] = [];
  for (const line of text.split('\n').filter((row) => row !== '')) {
    if (line.startsWith(' ')) fields.push(parseField(line.trim()));
    else found.set(line, (fields = []));
  }
  return found;
}

function parseField(line: string): Field {
  const [number = '', name = '', type = ''] = line.split(' ');
  const numbered = number === '-' ? undefined : Number(number);
  if (name.startsWith('~')) return { number: numbered, name: '', shape: 'one', type: { message: name.slice(1) } };
  const listed = /^\[\](.+)$/.exec(type)?.[1];
  const mapped = /^map<(.+)>$/.exec(type)?.[1];
  const inner = listed ?? mapped ?? type;
  const shape = listed === undefined ? (mapped === undefined ? 'one' : 'map') : 'list';
  return { number: numbered, name, shape, type: scalars.has(inner) ? (inner as Scalar) : { message: inner } };
}
