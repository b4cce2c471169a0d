import type { KubeObject } from '../objects/index.ts';
import type { FieldProblem } from '../store/index.ts';
import { invalidValue } from './problems.ts';

interface Rule {
  pattern: RegExp;
  longest: number;
  message: string;
}

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';

const rules: Readonly<Record<'subdomain' | 'label' | 'serviceLabel' | 'pathSegment', Rule>> = {
  subdomain: {
    pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
    longest: 253,
    message: `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${label}(\\.${label})*')`,
  },
  label: {
    pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
    longest: 63,
    message: `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${label}')`,
  },
  serviceLabel: {
    pattern: /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
    longest: 63,
    message:
      "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
  },
  pathSegment: { pattern: /^(?!\.{1,2}$)[^/%]+$/, longest: 253, message: "may not be '.', '..' or contain '/' or '%'" },
};

const ruleOf: Readonly<Record<string, keyof typeof rules>> = {
  Namespace: 'label',
  Service: 'serviceLabel',
  Role: 'pathSegment',
  RoleBinding: 'pathSegment',
  ClusterRole: 'pathSegment',
  ClusterRoleBinding: 'pathSegment',
};

export function problemsOfLabel(field: string, value: string): FieldProblem[] {
  return problemsOf(field, value, 'label');
}

function problemsOf(field: string, value: string, rule: keyof typeof rules): FieldProblem[] {
  const { pattern, longest, message } = rules[rule];
  if (value.length > longest) return [invalidValue(field, value, `must be no more than ${longest} characters`)];
  return pattern.test(value) ? [] : [invalidValue(field, value, message)];
}

const labelValue = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const qualifiedName = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const labelMessage =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const keyMessage =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

/** Labels, or a selector of labels. */
export function labelProblems(field: string, labels: Readonly<Record<string, string>>): FieldProblem[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...keyProblems(field, key),
    ...(value.length > 63 ? [invalidValue(field, value, 'must be no more than 63 characters')] : []),
    ...(labelValue.test(value) ? [] : [invalidValue(field, value, labelMessage)]),
  ]);
}

const keyProblems = (field: string, key: string): FieldProblem[] =>
  qualifiedName.test(key) ? [] : [invalidValue(field, key, keyMessage)];

/** What every kind's metadata must satisfy. */
export function metadataProblems({ kind, metadata }: KubeObject): FieldProblem[] {
  return [
    ...problemsOf('metadata.name', metadata.name, ruleOf[kind] ?? 'subdomain'),
    ...labelProblems('metadata.labels', metadata.labels ?? {}),
    // Their keys are compared without regard to case.
    ...Object.keys(metadata.annotations ?? {}).flatMap((key) => keyProblems('metadata.annotations', key.toLowerCase())),
  ];
}
