import { determineTimestampFormat } from '@smithy/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import type { Values, WireResponse } from './types.ts';

const dateTime = 5 as const;
const epochSeconds = 7;

export const xmlSettings: {
  timestampFormat: { useTrait: boolean; default: typeof dateTime };
  httpBindings: boolean;
  xmlNamespace: string;
  serviceNamespace: string;
} = {
  timestampFormat: { useTrait: true, default: dateTime },
  httpBindings: false,
  xmlNamespace: '',
  serviceNamespace: '',
};

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
  '\n': '&#xA;',
};

export const escapeXml = (text: string): string => text.replace(/[&<>"\r\n]/g, (char) => entities[char] ?? char);

export const element = (name: string, inner: string): string => `<${name}>${inner}</${name}>`;

export const xmlResponse = (status: number, body: string): WireResponse => ({
  status,
  headers: { 'content-type': 'text/xml;charset=UTF-8' },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}`,
});

const nameOf = (schema: NormalizedSchema, otherwise: string) => schema.getMergedTraits().xmlName ?? otherwise;

/** The members of a structure, each as an element. */
export function writeMembers(schema: NormalizedSchema, value: Values): string {
  let out = '';
  for (const [name, member] of schema.structIterator()) out += writeXml(member, nameOf(member, name), value[name]);
  return out;
}

function writeXml(schema: NormalizedSchema, name: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (schema.isStructSchema()) return element(name, writeMembers(schema, value as Values));
  if (schema.isListSchema()) return writeList(schema, name, value as readonly unknown[]);
  if (schema.isMapSchema()) return writeMap(schema, name, value as Values);
  return element(name, writeScalar(schema, value));
}

function writeList(schema: NormalizedSchema, name: string, values: readonly unknown[]) {
  const item = schema.getValueSchema();
  const items = (itemName: string) => values.map((value) => writeXml(item, itemName, value)).join('');
  return schema.getMergedTraits().xmlFlattened ? items(name) : element(name, items(nameOf(item, 'member')));
}

function writeMap(schema: NormalizedSchema, name: string, values: Values) {
  const keySchema = schema.getKeySchema();
  const valueSchema = schema.getValueSchema();
  const flattened = schema.getMergedTraits().xmlFlattened;
  const entries = Object.entries(values).map(([key, value]) =>
    element(
      flattened ? name : 'entry',
      writeXml(keySchema, nameOf(keySchema, 'key'), key) + writeXml(valueSchema, nameOf(valueSchema, 'value'), value),
    ),
  );
  return flattened ? entries.join('') : element(name, entries.join(''));
}

function writeScalar(schema: NormalizedSchema, value: unknown): string {
  if (value instanceof Date) {
    const format = determineTimestampFormat(schema, xmlSettings) as number;
    return format === epochSeconds ? String(value.getTime() / 1000) : value.toISOString();
  }
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return escapeXml(String(value));
}
