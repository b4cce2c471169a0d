import { isRecord } from '../store/json.ts';
import { type Field, type Message, messages } from './messages/index.ts';

export interface DecodingProblems {
  /** Paths of fields that the kind does not have. */
  unknown: string[];
  /** In the words of Go's decoder: `json: cannot unmarshal string into Go struct field …`. */
  wrongType: string[];
}

interface Place {
  /** `spec.containers[0].image` */
  path: string;
  /** The same without indexes, as Go's decoder names it. */
  goPath: string;
}

const typeMeta = new Set(['apiVersion', 'kind']);
const goTypes: Partial<Record<string, string>> = { int: 'int32', bytes: '[]uint8', time: 'string', quantity: 'string' };

/**
 * Compares an object of a built-in kind with the fields that kind has, taking unknown ones out of it.
 * Kinds without a table have no problems.
 */
export function checkFields(kind: string, object: Record<string, unknown>): DecodingProblems {
  const problems: DecodingProblems = { unknown: [], wrongType: [] };
  const message = messages.get(kind);
  if (message) checkMessage({ name: kind, message, skip: typeMeta }, object, { path: '', goPath: '' }, problems);
  return problems;
}

interface Expected {
  name: string;
  message: Message;
  skip?: ReadonlySet<string>;
}

function checkMessage(expected: Expected, object: Record<string, unknown>, place: Place, problems: DecodingProblems) {
  for (const [key, value] of Object.entries(object)) {
    if (expected.skip?.has(key) || key.startsWith('$')) continue;
    const at = child(place, key);
    const field = findField(expected.message, key);
    if (!field) {
      problems.unknown.push(at.path);
      delete object[key];
    } else if (value !== null) {
      checkField(field, value, at, { owner: expected.name, problems });
    }
  }
}

const child = ({ path, goPath }: Place, key: string): Place => ({
  path: path === '' ? key : `${path}.${key}`,
  goPath: goPath === '' ? key : `${goPath}.${key}`,
});

function findField(message: Message, name: string): Field | undefined {
  for (const field of message) {
    if (field.name === name) return field;
    if (field.name !== '' || typeof field.type !== 'object') continue;
    const inlined = findField(messages.get(field.type.message) ?? [], name);
    if (inlined) return inlined;
  }
  return undefined;
}

interface Report {
  owner: string;
  problems: DecodingProblems;
}

function checkField(field: Field, value: unknown, place: Place, report: Report): void {
  if (field.shape === 'list') {
    if (!Array.isArray(value)) return wrongType(value, place, report, `[]${goType(field.type)}`);
    for (const [index, item] of value.entries()) {
      checkValue(field.type, item, { ...place, path: `${place.path}[${index}]` }, report);
    }
  } else if (field.shape === 'map') {
    if (!isRecord(value)) return wrongType(value, place, report, `map[string]${goType(field.type)}`);
    for (const [key, item] of Object.entries(value)) {
      checkValue(field.type, item, { ...place, path: `${place.path}.${key}` }, report);
    }
  } else {
    checkValue(field.type, value, place, report);
  }
}

const goType = (type: Field['type']): string =>
  typeof type === 'object' ? `v1.${type.message}` : (goTypes[type] ?? type);

const accepts: Readonly<Record<Exclude<Field['type'], object>, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  time: (value) => typeof value === 'string',
  bytes: (value) => typeof value === 'string',
  int: (value) => typeof value === 'number' && Number.isInteger(value),
  bool: (value) => typeof value === 'boolean',
  quantity: (value) => typeof value === 'string' || typeof value === 'number',
  intOrString: (value) => typeof value === 'string' || typeof value === 'number',
  any: () => true,
  status: () => true,
};

const quantity = /^[+-]?[0-9.]+([eE][+-]?[0-9]+|[numkMGTPE]|[KMGTPE]i)?$/;
const base64 = /^[A-Za-z0-9+/\r\n]*={0,2}\s*$/;

/** Texts that are not what the type says, in the words of Go's decoders. */
const malformed: Partial<Record<Exclude<Field['type'], object>, (value: unknown) => string[]>> = {
  quantity: (value) =>
    quantity.test(String(value))
      ? []
      : ["quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
  bytes: (value) => {
    const text = String(value);
    if (base64.test(text) && text.replaceAll(/\s/g, '').length % 4 === 0) return [];
    const at = text.search(/[^A-Za-z0-9+/=\r\n]/);
    return [`illegal base64 data at input byte ${at < 0 ? text.length : at}`];
  },
};

function checkValue(type: Field['type'], value: unknown, place: Place, report: Report): void {
  if (value === null) return;
  if (typeof type === 'string') {
    if (!accepts[type](value)) wrongType(value, place, report, goType(type));
    else report.problems.wrongType.push(...(malformed[type]?.(value) ?? []));
  } else if (isRecord(value)) {
    const message = messages.get(type.message) ?? [];
    checkMessage({ name: type.message, message }, value, place, report.problems);
  } else {
    wrongType(value, place, report, goType(type));
  }
}

function wrongType(value: unknown, place: Place, { owner, problems }: Report, wanted: string): void {
  const found = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  const shown = typeof value === 'number' && !Number.isInteger(value) ? `number ${value}` : found;
  problems.wrongType.push(
    `json: cannot unmarshal ${shown} into Go struct field ${owner}.${place.goPath} of type ${wanted}`,
  );
}
