import type { ConfigMap, Namespace, Secret } from '../objects/index.ts';
import { type FieldProblem, sameJson, type Strategy } from '../store/index.ts';
import { forbiddenField, invalidValue, required } from './problems.ts';

const nameLabel = 'kubernetes.io/metadata.name';

export const namespaceStrategy: Strategy = {
  defaults(object) {
    object.metadata.labels = { ...object.metadata.labels, [nameLabel]: object.metadata.name };
  },
  prepareForCreate(object) {
    const namespace = object as Namespace;
    namespace.spec = { finalizers: [...new Set([...(namespace.spec?.finalizers ?? []), 'kubernetes'])] };
    namespace.status = { phase: 'Active' };
  },
  /** Its finalizers change only through the `finalize` subresource. */
  prepareForUpdate(object, old) {
    if ((old as Namespace).spec) (object as Namespace).spec = (old as Namespace).spec ?? {};
  },
};

const key = /^[-._a-zA-Z0-9]+$/;
const keyMessage =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

const keyProblems = (field: string, data: object | undefined): FieldProblem[] =>
  Object.keys(data ?? {})
    .filter((name) => !key.test(name))
    .map((name) => invalidValue(`${field}[${name}]`, name, keyMessage));

function immutableProblems(object: ConfigMap | Secret, old: ConfigMap | Secret | undefined): FieldProblem[] {
  if (!old?.immutable) return [];
  const problems = object.immutable ? [] : [forbiddenField('immutable', 'field is immutable when `immutable` is set')];
  if (sameJson(object.data, old.data)) return problems;
  return [...problems, forbiddenField('data', 'field is immutable when `immutable` is set')];
}

export const configMapStrategy: Strategy = {
  validate(object, old) {
    const { data, binaryData } = object as ConfigMap;
    return [
      ...keyProblems('data', data),
      ...keyProblems('binaryData', binaryData),
      ...immutableProblems(object as ConfigMap, old as ConfigMap | undefined),
    ];
  },
};

/** What secrets of each type must have. */
const secretKeys: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
};

export const secretStrategy: Strategy = {
  defaults(object) {
    const secret = object as Secret;
    secret.type ??= 'Opaque';
    const plain = secret['stringData'] as Record<string, string> | undefined;
    delete secret['stringData'];
    if (!plain) return;
    const encoded = Object.entries(plain).map(([name, value]) => [name, Buffer.from(value).toString('base64')]);
    secret.data = { ...secret.data, ...(Object.fromEntries(encoded) as Record<string, string>) };
  },
  validate(object, old) {
    const secret = object as Secret;
    const before = old as Secret | undefined;
    const changed = before && before.type !== secret.type;
    return [
      ...keyProblems('data', secret.data),
      ...(secretKeys[secret.type ?? ''] ?? []).flatMap((name) =>
        secret.data && name in secret.data ? [] : [required(`data[${name}]`)],
      ),
      ...(changed ? [invalidValue('type', secret.type, 'field is immutable')] : []),
      ...immutableProblems(secret, before),
    ];
  },
};
