import type { PolicyRule, Role, RoleBinding } from '../objects/index.ts';
import { matchesSelector } from '../selectors/index.ts';
import type { Store } from '../store/index.ts';
import { mastersGroup, type User } from './user.ts';

/** What somebody wants to do. */
export type Access =
  | {
      kind: 'resource';
      verb: string;
      group: string;
      resource: string;
      subresource?: string | undefined;
      namespace?: string | undefined;
      name?: string | undefined;
    }
  | { kind: 'path'; verb: string; path: string };

export type Decision = { allowed: true; reason: string } | { allowed: false; reason: string };

const rbac = 'rbac.authorization.k8s.io';
const roles = `roles.${rbac}` as const;
const clusterRoles = `clusterroles.${rbac}` as const;
const roleBindings = `rolebindings.${rbac}` as const;
const clusterRoleBindings = `clusterrolebindings.${rbac}` as const;

/** RBAC: allowed when any rule that a binding gives to the user covers the access. */
export function authorize(store: Store, user: User, access: Access): Decision {
  if (user.groups.includes(mastersGroup)) return { allowed: true, reason: '' };
  for (const { rules, reason } of grants(store, user, access)) {
    if (rules.some((rule) => covers(rule, access))) return { allowed: true, reason: reason() };
  }
  return { allowed: false, reason: '' };
}

/** The rules that a user has in a namespace, cluster-wide ones included. */
export function rulesOf(store: Store, user: User, namespace: string | undefined): PolicyRule[] {
  const access: Access = { kind: 'resource', verb: '', group: '', resource: '', namespace };
  const everything = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] };
  const masters = user.groups.includes(mastersGroup) ? [everything, { verbs: ['*'], nonResourceURLs: ['*'] }] : [];
  return [...masters, ...[...grants(store, user, access)].flatMap(({ rules }) => rules)];
}

interface Grant {
  rules: PolicyRule[];
  reason: () => string;
}

function* grants(store: Store, user: User, access: Access): Generator<Grant> {
  const namespace = access.kind === 'resource' ? access.namespace : undefined;
  yield* carriedGrants(store, user, namespace);
  const bindings = [...store.list(clusterRoleBindings), ...(namespace ? store.list(roleBindings, { namespace }) : [])];
  for (const binding of bindings) {
    if (includes(binding, user)) yield { rules: rulesBehind(store, binding), reason: () => explain(binding, user) };
  }
}

/** Roles that somebody has without a binding, because the credentials say so. */
function* carriedGrants(store: Store, { roles: carried = [] }: User, namespace: string | undefined): Generator<Grant> {
  for (const { clusterRole, namespaces, source } of carried) {
    const holds = namespaces.length === 0 || (namespace !== undefined && namespaces.includes(namespace));
    if (holds) yield { rules: rulesOfClusterRole(store, clusterRole), reason: () => `allowed by ${source}` };
  }
}

function includes({ subjects = [], metadata }: RoleBinding, { username, groups }: User): boolean {
  return subjects.some(({ kind, name, namespace = metadata.namespace }) => {
    if (kind === 'Group') return groups.includes(name);
    return username === (kind === 'User' ? name : `system:serviceaccount:${namespace}:${name}`);
  });
}

function rulesBehind(store: Store, { roleRef, metadata }: RoleBinding): PolicyRule[] {
  if (roleRef.kind === 'Role') return store.get(roles, metadata.namespace, roleRef.name)?.rules ?? [];
  return rulesOfClusterRole(store, roleRef.name);
}

function rulesOfClusterRole(store: Store, name: string): PolicyRule[] {
  const role = store.get(clusterRoles, undefined, name);
  return role ? [...(role.rules ?? []), ...aggregated(store, role)] : [];
}

function aggregated(store: Store, { aggregationRule }: Role): PolicyRule[] {
  const selectors = aggregationRule?.clusterRoleSelectors ?? [];
  if (selectors.length === 0) return [];
  const matching = store
    .list(clusterRoles)
    .filter(({ metadata }) => selectors.some((selector) => matchesSelector(selector, metadata.labels)));
  return matching.flatMap(({ rules }) => rules ?? []);
}

function covers(rule: PolicyRule, access: Access): boolean {
  if (!has(rule.verbs, access.verb)) return false;
  if (access.kind === 'path') return (rule.nonResourceURLs ?? []).some((pattern) => matchesPath(pattern, access.path));
  const { group, resource, subresource, name = '' } = access;
  const wanted = subresource ? [`${resource}/${subresource}`, `*/${subresource}`] : [resource];
  const named = rule.resourceNames ?? [];
  return (
    has(rule.apiGroups, group) &&
    wanted.some((candidate) => has(rule.resources, candidate)) &&
    (named.length === 0 || named.includes(name))
  );
}

const has = (list: readonly string[] | undefined, wanted: string): boolean =>
  (list ?? []).some((entry) => entry === '*' || entry === wanted);

const matchesPath = (pattern: string, path: string) =>
  pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : pattern === path;

function explain({ kind, metadata, roleRef, subjects = [] }: RoleBinding, { username, groups }: User): string {
  const subject = subjects.find(({ kind: type, name }) => type !== 'Group' || groups.includes(name));
  const shown = metadata.namespace ? `${metadata.name}/${metadata.namespace}` : metadata.name;
  const who = subject?.kind === 'Group' ? `Group "${subject.name}"` : `${subject?.kind} "${subject?.name ?? username}"`;
  return `RBAC: allowed by ${kind} "${shown}" of ${roleRef.kind} "${roleRef.name}" to ${who}`;
}

/** `User "jane" cannot list resource "pods" in API group "" in the namespace "default"` */
export function denialText({ username }: User, access: Access): string {
  const who = `User "${username}" cannot ${access.verb}`;
  if (access.kind === 'path') return `${who} path "${access.path}"`;
  const { resource, subresource, group, namespace } = access;
  const what = subresource ? `${resource}/${subresource}` : resource;
  const where = namespace ? `in the namespace "${namespace}"` : 'at the cluster scope';
  return `${who} resource "${what}" in API group "${group}" ${where}`;
}
