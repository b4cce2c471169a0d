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
    'maxLength',
    (value: string, limit: number) => value.length > limit,
    (limit) => `should be at most ${String(limit)} chars long`,
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
    'maxItems',
    (value: unknown[], limit: number) => value.length > limit,
    (limit) => `should have at most ${String(limit)} items`,
  ],
  [
    'minProperties',
    (value: object, limit: number) => Object.keys(value).length < limit,
    (limit) => `should have at least ${String(limit)} properties`,
  ],
  [
    'maxProperties',
    (value: object, limit: number) => Object.keys(value).length > limit,
    (limit) => `should have at most ${String(limit)} properties`,
  ],
];

/** The type of value that each limit speaks about. */
const subjects: Readonly<Record<string, readonly string[]>> = {
  minimum: ['integer', 'number'],
  maximum: ['integer', 'number'],
  minLength: ['string'],
  maxLength: ['string'],
  pattern: ['string'],
  minItems: ['array'],
  maxItems: ['array'],
  minProperties: ['object'],
  maxProperties: ['object'],
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

const compiled = new Map<string, RegExp>();
const matchesAll = /(?:)/;

/** Go's syntax is close enough; what JavaScript can't read (`(?i)` in the middle, `\z`) is not checked. */
function compile(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known) return known;
  let made = matchesAll;
  try {
    made = new RegExp(pattern);
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
