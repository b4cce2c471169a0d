import type { Schema } from '../../objects/index.ts';
import type { FieldProblem } from '../../store/errors.ts';
import { isRecord, sameJson } from '../../store/json.ts';
import { compile, type Program, type Variables } from './program.ts';
import { hasRules, type Rule, rulesOf } from './schema.ts';
import { celValue } from './value.ts';

/** The rules of a schema that can't be evaluated here, with the reason. */
export function unsupportedRules(schema: Schema, path = ''): string[] {
  if (!hasRules(schema)) return [];
  const own = rulesOf(schema).flatMap(({ rule }) => {
    const program = compile(rule);
    return 'problem' in program ? [`${path || '<root>'}: the rule ${JSON.stringify(rule)}: ${program.problem}`] : [];
  });
  const { properties = {}, items, additionalProperties: further } = schema;
  const members = Object.entries(properties).flatMap(([key, each]) => unsupportedRules(each, join(path, key)));
  const item = items ? unsupportedRules(items, `${path}[]`) : [];
  return [...own, ...members, ...item, ...(typeof further === 'object' ? unsupportedRules(further, `${path}[]`) : [])];
}

const join = (path: string, key: string) => (path === '' ? key : `${path}.${key}`);

/** A value and the one it replaces; `old` is undefined for a new one. */
interface Change {
  value: unknown;
  old?: unknown;
}

/** Evaluates the rules of a schema on a value that satisfies the rest of it. */
export function ruleProblems(schema: Schema, { value, old }: Change, path = ''): FieldProblem[] {
  if (value === undefined || value === null || !hasRules(schema)) return [];
  const own = rulesOf(schema).flatMap((rule) => problemOf(rule, schema, { value, old, path }));
  return [...own, ...memberProblems(schema, { value, old }, path)];
}

function memberProblems(schema: Schema, { value, old }: Change, path: string): FieldProblem[] {
  const { items, properties = {}, additionalProperties } = schema;
  if (Array.isArray(value)) {
    if (!items || !hasRules(items)) return [];
    return value.flatMap((item, index) =>
      ruleProblems(items, { value: item, old: counterpart(schema, item, old) }, `${path}[${index}]`),
    );
  }
  if (!isRecord(value)) return [];
  const further = typeof additionalProperties === 'object' ? additionalProperties : undefined;
  const before = isRecord(old) ? old : {};
  return Object.entries(value).flatMap(([key, member]) => {
    const inner = properties[key] ?? further;
    return inner ? ruleProblems(inner, { value: member, old: before[key] }, join(path, key)) : [];
  });
}

/** The same item before, in a list whose items have keys. */
function counterpart(schema: Schema, item: unknown, old: unknown): unknown {
  const keys = schema['x-kubernetes-list-map-keys'];
  if (!keys || !Array.isArray(old) || !isRecord(item)) return undefined;
  return old.find((before) => isRecord(before) && keys.every((key) => sameJson(before[key], item[key])));
}

type Place = Change & { path: string };

function problemOf(rule: Rule, schema: Schema, { value, old, path }: Place): FieldProblem[] {
  const program = compile(rule.rule);
  if ('problem' in program || (old === undefined && /\boldSelf\b/.test(rule.rule))) return [];
  const variables = { self: celValue(schema, value), ...(old === undefined ? {} : { oldSelf: celValue(schema, old) }) };
  const field = path + (rule.fieldPath ?? '') || '<nil>';
  try {
    if (program.run(variables) === true) return [];
    return [failure(rule, { field, value, text: messageOf(rule, variables) })];
  } catch (error) {
    const text = `rule evaluation error: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`;
    return [failure({ rule: rule.rule }, { field, value, text })];
  }
}

function messageOf({ rule, message, messageExpression }: Rule, variables: Variables): string {
  const expression: Program | undefined = messageExpression === undefined ? undefined : compile(messageExpression);
  try {
    const text = expression && 'run' in expression ? expression.run(variables) : undefined;
    if (typeof text === 'string' && text !== '') return text;
  } catch {
    // The API server falls back to the message, too.
  }
  return message ?? `failed rule: ${rule}`;
}

const shown = (value: unknown) =>
  typeof value === 'object' ? JSON.stringify(Array.isArray(value) ? 'array' : 'object') : JSON.stringify(value);

/** Reason → the words before the message. */
const words: Partial<Record<FieldProblem['reason'], (value: unknown) => string>> = {
  FieldValueRequired: () => 'Required value',
  FieldValueForbidden: () => 'Forbidden',
  FieldValueDuplicate: (value) => `Duplicate value: ${shown(value)}`,
};

interface Failed {
  field: string;
  value: unknown;
  text: string;
}

function failure({ reason = 'FieldValueInvalid' }: Rule, { field, value, text }: Failed): FieldProblem {
  const prefix = words[reason]?.(value) ?? `Invalid value: ${shown(value)}`;
  return { field, reason, message: reason === 'FieldValueDuplicate' ? prefix : `${prefix}: ${text}` };
}
