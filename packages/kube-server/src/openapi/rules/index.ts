import type { Schema } from '../../objects/index.ts';
import type { FieldProblem } from '../../store/errors.ts';

export { hasRules } from './schema.ts';

/** Rules are evaluated by a library that few clusters need: loaded with the first definition that has rules. */
let loaded: typeof import('./problems.ts') | undefined;

export async function loadRules(): Promise<void> {
  loaded ??= await import('./problems.ts');
}

/** What the rules of a schema (`x-kubernetes-validations`) have against a value; nothing before `loadRules`. */
export const ruleProblems = (schema: Schema, value: unknown, old: unknown): FieldProblem[] =>
  loaded?.ruleProblems(schema, { value, old }) ?? [];

/** The rules of a schema that can't be evaluated here, each with the reason; nothing before `loadRules`. */
export const unsupportedRules = (schema: Schema): string[] => loaded?.unsupportedRules(schema) ?? [];
