import type { Condition, CustomResourceDefinition } from '../objects/index.ts';
import { applySchemaDefaults, hasRules, ruleProblems, schemaProblems } from '../openapi/index.ts';
import { type Resource, schemaOf } from '../registry/index.ts';
import { type FieldProblem, type Strategy, type StrategyContext, timestamp } from '../store/index.ts';
import { structuralProblems } from './structural.ts';
import { forbiddenField, invalidValue, notSupported, required } from './problems.ts';

/** Holds a definition until its objects are gone. */
export const definitionFinalizer = 'customresourcecleanup.apiextensions.k8s.io';

/** Custom resource definitions are served from the moment they are stored: Established at once. */
export const definitionStrategy: Strategy = {
  defaults(object) {
    const { spec } = object as CustomResourceDefinition;
    if (!spec?.names?.kind) return;
    spec.names.singular ??= spec.names.kind.toLowerCase();
    spec.names.listKind ??= `${spec.names.kind}List`;
    spec.conversion ??= { strategy: 'None' };
  },
  prepareForCreate(object, context) {
    const definition = object as CustomResourceDefinition;
    if (!definition.spec?.names) return;
    const { names, versions } = definition.spec;
    const finalizers = new Set([...(definition.metadata.finalizers ?? []), definitionFinalizer]);
    definition.metadata.finalizers = [...finalizers];
    definition.status = {
      conditions: establishedConditions(context),
      acceptedNames: names,
      storedVersions: (versions ?? []).filter(({ storage }) => storage).map(({ name }) => name),
    };
  },
  validate: (object, old) =>
    problemsOf(object as CustomResourceDefinition, old as CustomResourceDefinition | undefined),
};

function establishedConditions({ clock }: StrategyContext): Condition[] {
  const lastTransitionTime = timestamp(clock.now());
  return [
    { type: 'NamesAccepted', status: 'True', lastTransitionTime, reason: 'NoConflicts', message: 'no conflicts found' },
    {
      type: 'Established',
      status: 'True',
      lastTransitionTime,
      reason: 'InitialNamesAccepted',
      message: 'the initial names have been accepted',
    },
  ];
}

const scopes = ['Cluster', 'Namespaced'];

function problemsOf({ metadata, spec }: CustomResourceDefinition, old?: CustomResourceDefinition): FieldProblem[] {
  if (!spec?.group) return [required('spec.group')];
  if (!spec.names?.plural) return [required('spec.names.plural')];
  if (!spec.names.kind) return [required('spec.names.kind')];
  const name = `${spec.names.plural}.${spec.group}`;
  return [
    ...(metadata.name === name
      ? []
      : [invalidValue('metadata.name', metadata.name, 'must be spec.names.plural+"."+spec.group')]),
    ...(scopes.includes(spec.scope) ? [] : [notSupported('spec.scope', spec.scope, scopes)]),
    ...versionProblems(spec.versions),
    ...(old && old.spec.scope !== spec.scope ? [invalidValue('spec.scope', spec.scope, 'field is immutable')] : []),
    ...conversionProblems(spec),
  ];
}

function versionProblems(versions: CustomResourceDefinition['spec']['versions'] | undefined): FieldProblem[] {
  if (!versions?.length) return [required('spec.versions', 'must have at least one version')];
  const stored = versions.filter(({ storage }) => storage).length;
  const storage =
    stored === 1
      ? []
      : [
          invalidValue(
            'spec.versions',
            versions.map(({ name }) => name),
            'must have exactly one version marked as storage version',
          ),
        ];
  const schemas = versions.flatMap(({ schema }, index) => {
    const path = `spec.versions[${index}].schema.openAPIV3Schema`;
    return schema?.openAPIV3Schema
      ? structuralProblems(schema.openAPIV3Schema, path)
      : [required(path, 'schemas are required')];
  });
  return [...storage, ...schemas];
}

function conversionProblems({ conversion }: CustomResourceDefinition['spec']): FieldProblem[] {
  if ((conversion?.strategy ?? 'None') === 'None') return [];
  return [forbiddenField('spec.conversion.strategy', 'this API server does not call conversion webhooks; use None')];
}

/** Problems after which rules would be evaluated on nonsense. */
const blocking: ReadonlySet<string> = new Set([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);

const notChecked: FieldProblem = {
  field: '<nil>',
  reason: 'FieldValueInvalid',
  message:
    'Invalid value: "null": some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
};

/** Custom resources: their schema defaults and validates them; the status is written through its subresource only. */
export const customStrategy = (row: Resource): Strategy => ({
  defaults: (object) => applySchemaDefaults(schemaOf(row, object.apiVersion), object),
  prepareForCreate(object) {
    if (row.subresources.includes('status')) delete object['status'];
  },
  validate(object, old) {
    const schema = schemaOf(row, object.apiVersion);
    if (!schema) return [];
    const problems = schemaProblems(schema, object);
    if (problems.length === 0) return ruleProblems(schema, object, old);
    return hasRules(schema) && problems.some(({ reason }) => blocking.has(reason))
      ? [...problems, notChecked]
      : problems;
  },
});
