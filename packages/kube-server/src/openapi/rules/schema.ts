import type { Schema } from '../../objects/index.ts';
import type { FieldProblem } from '../../store/errors.ts';

/** One of `x-kubernetes-validations`. */
export interface Rule {
  rule: string;
  message?: string;
  messageExpression?: string;
  reason?: FieldProblem['reason'];
  fieldPath?: string;
  optionalOldSelf?: boolean;
}

export const rulesOf = (schema: Schema): readonly Rule[] =>
  (schema['x-kubernetes-validations'] as Rule[] | undefined) ?? [];

const childrenOf = ({ properties, items, additionalProperties }: Schema): Schema[] => [
  ...Object.values(properties ?? {}),
  ...(items ? [items] : []),
  ...(typeof additionalProperties === 'object' ? [additionalProperties] : []),
];

const withRules = new WeakMap<Schema, boolean>();

/** Whether there is a rule anywhere in the schema. */
export function hasRules(schema: Schema): boolean {
  const known = withRules.get(schema);
  if (known !== undefined) return known;
  const found = rulesOf(schema).length > 0 || childrenOf(schema).some(hasRules);
  withRules.set(schema, found);
  return found;
}
