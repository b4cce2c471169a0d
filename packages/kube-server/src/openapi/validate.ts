import { isIPv4, isIPv6 } from 'node:net';
import type { Schema } from '../objects/index.ts';
import { isRecord, sameJson } from '../store/json.ts';
import type { FieldProblem } from '../store/errors.ts';

/** Checks one value against a structural schema, in the words of the API server. */
export function schemaProblems(schema: Schema, value: unknown, path = ''): FieldProblem[] {
  if (value === undefined || (value === null && schema.nullable)) return [];
  const type = typeOf(value);
  if (!hasType(schema, type)) return [typeProblem(schema, type, path)];
  return [
    ...enumProblems(schema, value, path),
    ...limitProblems(schema, value, path),
    ...sizeProblems(schema, value, path),
    ...formatProblems(schema, value, path),
    ...duplicateProblems(schema, value, path),
    ...memberProblems(schema, value, path),
    ...combinedProblems(schema, value, path),
  ];
}

const typeOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
};

function hasType(schema: Schema, type: string): boolean {
  if (schema['x-kubernetes-int-or-string']) return type === 'integer' || type === 'string';
  return schema.type === undefined || schema.type === type || (schema.type === 'number' && type === 'integer');
}

function typeProblem({ type: wanted }: Schema, type: string, path: string): FieldProblem {
  const kinds = wanted ?? 'integer,string';
  const message = `Invalid value: "${type}": ${path} in body must be of type ${kinds}: "${type}"`;
  return { field: path === '' ? '<nil>' : path, reason: 'FieldValueTypeInvalid', message };
}

function enumProblems({ enum: allowed }: Schema, value: unknown, field: string): FieldProblem[] {
  if (!allowed || allowed.some((candidate) => sameJson(candidate, value))) return [];
  const list = allowed.map((candidate) => JSON.stringify(candidate)).join(', ');
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${list}`;
  return [{ field, reason: 'FieldValueNotSupported', message }];
}

/** Limit in the schema → whether the value breaks it, and the API server's words. */
const limits: readonly [keyof Schema, (value: never, limit: never) => boolean, (limit: unknown) => string][] = [
  [
    'minimum',
    (value: number, limit: number) => value < limit,
    (limit) => `should be greater than or equal to ${String(limit)}`,
  ],
  [
    'maximum',
    (value: number, limit: number) => value > limit,
    (limit) => `should be less than or equal to ${String(limit)}`,
  ],
  [
    'minLength',
    (value: string, limit: number) => value.length < limit,
    (limit) => `should be at least ${String(limit)} chars long`,
  ],
  [
    'pattern',
    (value: string, pattern: string) => !compile(pattern).test(value),
    (pattern) => `should match '${String(pattern)}'`,
  ],
  [
    'minItems',
    (value: unknown[], limit: number) => value.length < limit,
    (limit) => `should have at least ${String(limit)} items`,
  ],
  [
    'minProperties',
    (value: object, limit: number) => Object.keys(value).length < limit,
    (limit) => `should have at least ${String(limit)} properties`,
  ],
];

/** The type of value that each limit speaks about. */
const subjects: Readonly<Record<string, readonly string[]>> = {
  minimum: ['integer', 'number'],
  maximum: ['integer', 'number'],
  minLength: ['string'],
  pattern: ['string'],
  minItems: ['array'],
  minProperties: ['object'],
};

function limitProblems(schema: Schema, value: unknown, field: string): FieldProblem[] {
  const type = typeOf(value);
  return limits.flatMap(([name, breaks, words]) => {
    const limit = schema[name];
    if (limit === undefined || !subjects[name]?.includes(type) || !breaks(value as never, limit as never)) return [];
    const shown = typeof value === 'object' ? Object.keys(value ?? {}).length : JSON.stringify(value);
    return [
      { field, reason: 'FieldValueInvalid', message: `Invalid value: ${shown}: ${field} in body ${words(limit)}` },
    ];
  });
}

/** What is too much has reasons of its own. */
function sizeProblems({ maxLength, maxItems, maxProperties }: Schema, value: unknown, field: string): FieldProblem[] {
  if (typeof value === 'string' && maxLength !== undefined && Buffer.byteLength(value) > maxLength) {
    return [{ field, reason: 'FieldValueTooLong', message: `Too long: may not be more than ${maxLength} bytes` }];
  }
  const most = Array.isArray(value) ? maxItems : isRecord(value) ? maxProperties : undefined;
  const count = Array.isArray(value) ? value.length : isRecord(value) ? Object.keys(value).length : 0;
  if (most === undefined || count <= most) return [];
  return [{ field, reason: 'FieldValueTooMany', message: `Too many: ${count}: must have at most ${most} items` }];
}

/** The formats that are checked; others say nothing about a value. */
const formats: Readonly<Record<string, (text: string) => boolean>> = {
  ipv4: (text) => isIPv4(text),
  ipv6: (text) => isIPv6(text),
  'date-time': (text) => !Number.isNaN(Date.parse(text)),
  uri: (text) => URL.canParse(text),
  email: (text) => /^[^@\s]+@[^@\s]+$/.test(text),
};

function formatProblems({ format = '' }: Schema, value: unknown, field: string): FieldProblem[] {
  if (typeof value !== 'string' || formats[format]?.(value) !== false) return [];
  const shown = JSON.stringify(value);
  const message = `Invalid value: ${shown}: ${field} in body must be of type ${format}: ${shown}`;
  return [{ field, reason: 'FieldValueInvalid', message }];
}

/** Sets, and lists whose items have keys, hold nothing twice. */
function duplicateProblems(schema: Schema, value: unknown, path: string): FieldProblem[] {
  const type = schema['x-kubernetes-list-type'];
  if (!Array.isArray(value) || (type !== 'set' && type !== 'map')) return [];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const seen = new Set<string>();
  return value.flatMap((item, index) => {
    const identity = JSON.stringify(isRecord(item) ? keys.map((key) => item[key]) : item);
    const isKnown = seen.has(identity);
    seen.add(identity);
    const message = `Duplicate value: ${isRecord(item) ? goMap(item, keys) : JSON.stringify(item)}`;
    return isKnown ? [{ field: `${path}[${index}]`, reason: 'FieldValueDuplicate', message }] : [];
  });
}

/** Go's %#v, in which the API server shows the keys of an item. */
const goMap = (item: Record<string, unknown>, keys: readonly string[]) =>
  `map[string]interface {}{${keys.map((key) => `${JSON.stringify(key)}:${JSON.stringify(item[key])}`).join(', ')}}`;

const compiled = new Map<string, RegExp>();
const matchesAll = /(?:)/;

/** Go's syntax is close enough; what JavaScript can't read (`\z`) is not checked. */
function compile(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known) return known;
  let made = matchesAll;
  try {
    made = new RegExp(pattern.replace(/^(\^?)\(\?i\)([^]*)$/, '$1(?i:$2)'));
  } catch {
    // Not checked, see above.
  }
  compiled.set(pattern, made);
  return made;
}

function memberProblems(schema: Schema, value: unknown, path: string): FieldProblem[] {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items ? value.flatMap((item, index) => schemaProblems(items, item, `${path}[${index}]`)) : [];
  }
  if (!isRecord(value)) return [];
  const child = (key: string) => (path === '' ? key : `${path}.${key}`);
  const missing = (schema.required ?? []).filter((key) => !(key in value));
  const problems: FieldProblem[] = missing.map((key) => ({
    field: child(key),
    reason: 'FieldValueRequired',
    message: 'Required value',
  }));
  const further = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
  for (const [key, member] of Object.entries(value)) {
    const inner = schema.properties?.[key] ?? further;
    if (inner) problems.push(...schemaProblems(inner, member, child(key)));
  }
  return problems;
}

function combinedProblems(schema: Schema, value: unknown, path: string): FieldProblem[] {
  const isValid = (candidate: Schema) => schemaProblems(candidate, value, path).length === 0;
  const problem = (words: string): FieldProblem => ({
    field: path === '' ? '<nil>' : path,
    reason: 'FieldValueInvalid',
    message: `Invalid value: "": "${path}" ${words}`,
  });
  const problems = (schema.allOf ?? []).flatMap((candidate) => schemaProblems(candidate, value, path));
  if (schema.anyOf && !schema.anyOf.some(isValid)) problems.push(problem('must validate at least one schema (anyOf)'));
  if (schema.not && isValid(schema.not)) problems.push(problem('must not validate the schema (not)'));
  const valid = schema.oneOf?.filter(isValid).length ?? 1;
  if (valid !== 1) {
    const found = valid === 0 ? 'none valid' : `${valid} valid alternatives`;
    problems.push(problem(`must validate one and only one schema (oneOf). Found ${found}`));
  }
  return problems;
}
