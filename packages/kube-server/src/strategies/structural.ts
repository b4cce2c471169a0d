import type { Schema } from '../objects/index.ts';
import type { FieldProblem } from '../store/index.ts';
import { forbiddenField, required } from './problems.ts';

const kinds = {
  root: 'must not be empty at the root',
  field: 'must not be empty for specified object fields',
  item: 'must not be empty for specified array items',
} as const;

/** What keeps a schema from being structural: every value that it names has a type. */
export function structuralProblems(schema: Schema, path: string, kind: keyof typeof kinds = 'root'): FieldProblem[] {
  const { type, items, properties = {}, additionalProperties: further } = schema;
  const isOpen = schema['x-kubernetes-int-or-string'] || schema['x-kubernetes-preserve-unknown-fields'];
  return [
    ...(type || (isOpen && kind !== 'root') ? [] : [required(`${path}.type`, kinds[kind])]),
    ...(type === 'array' && !items ? [required(`${path}.items`, 'must be specified')] : []),
    ...(typeof further === 'object' && Object.keys(properties).length > 0
      ? [forbiddenField(`${path}.additionalProperties`, 'additionalProperties and properties are mutual exclusive')]
      : []),
    ...Object.entries(properties).flatMap(([key, each]) =>
      structuralProblems(each, `${path}.properties[${key}]`, 'field'),
    ),
    ...(items ? structuralProblems(items, `${path}.items`, 'item') : []),
    ...(typeof further === 'object' ? structuralProblems(further, `${path}.additionalProperties`, 'field') : []),
  ];
}
