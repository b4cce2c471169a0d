import type { Role, RoleBinding } from '../objects/index.ts';
import { type FieldProblem, sameJson, type Strategy } from '../store/index.ts';
import { notSupported, required } from './problems.ts';

const group = 'rbac.authorization.k8s.io';
const roleKinds = ['Role', 'ClusterRole'];
const subjectKinds = ['Group', 'ServiceAccount', 'User'];

export const roleStrategy: Strategy = {
  validate(object) {
    const rules = (object as Role).rules ?? [];
    return rules.flatMap((rule, index) => [
      ...(rule.verbs?.length ? [] : [required(`rules[${index}].verbs`, 'verbs must contain at least one value')]),
      ...targetProblems(rule, `rules[${index}]`),
    ]);
  },
};

function targetProblems(rule: NonNullable<Role['rules']>[number], field: string): FieldProblem[] {
  if (rule.nonResourceURLs?.length) return [];
  return [
    ...(rule.apiGroups?.length
      ? []
      : [required(`${field}.apiGroups`, 'resource rules must supply at least one api group')]),
    ...(rule.resources?.length
      ? []
      : [required(`${field}.resources`, 'resource rules must supply at least one resource')]),
  ];
}

export const roleBindingStrategy: Strategy = {
  defaults(object) {
    const { roleRef, subjects } = object as RoleBinding;
    if (roleRef) roleRef.apiGroup ||= group;
    for (const subject of subjects ?? []) if (subject.kind !== 'ServiceAccount') subject.apiGroup ||= group;
  },
  validate(object, old) {
    const { roleRef, subjects = [] } = object as RoleBinding;
    if (!roleRef?.name) return [required('roleRef.name')];
    const before = (old as RoleBinding | undefined)?.roleRef;
    return [
      ...(roleRef.apiGroup === group ? [] : [notSupported('roleRef.apiGroup', roleRef.apiGroup, [group])]),
      ...(roleKinds.includes(roleRef.kind) ? [] : [notSupported('roleRef.kind', roleRef.kind, roleKinds)]),
      ...(before && !sameJson(before, roleRef) ? [cannotChange(roleRef)] : []),
      ...subjects.flatMap(({ kind, name, namespace }, index) => [
        ...(subjectKinds.includes(kind) ? [] : [notSupported(`subjects[${index}].kind`, kind, subjectKinds)]),
        ...(name ? [] : [required(`subjects[${index}].name`)]),
        ...(kind === 'ServiceAccount' && !namespace ? [required(`subjects[${index}].namespace`)] : []),
      ]),
    ];
  },
};

const cannotChange = ({ apiGroup, kind, name }: RoleBinding['roleRef']): FieldProblem => ({
  field: 'roleRef',
  reason: 'FieldValueInvalid',
  message: `Invalid value: rbac.RoleRef{APIGroup:"${apiGroup}", Kind:"${kind}", Name:"${name}"}: cannot change roleRef`,
});
