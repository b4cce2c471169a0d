import type { IncomingHttpHeaders } from 'node:http';
import { ApiError, type Store } from '../store/index.ts';
import { type Access, authorize, denialText } from './authorize.ts';
import { authenticatedGroup, type User } from './user.ts';

/**
 * The user that a request wants to act as (`kubectl --as`), or the user itself.
 * @throws ApiError Forbidden without the right to impersonate
 */
export function impersonate(user: User, headers: IncomingHttpHeaders, store: Store): User {
  const username = headers['impersonate-user'];
  const groups = listOf(headers['impersonate-group']);
  if (typeof username !== 'string') return user;
  const accesses = [accessTo(username), ...groups.map((name) => impersonation('groups', name))];
  for (const access of accesses) if (!authorize(store, user, access).allowed) throw denied(user, access);
  return { username, groups: [...new Set([...groups, ...accountGroups(username), authenticatedGroup])] };
}

const listOf = (value: string | string[] | undefined): string[] =>
  [value ?? []].flat().flatMap((list) => list.split(',').map((name) => name.trim()));

const account = /^system:serviceaccount:([^:]+):([^:]+)$/;

function accessTo(username: string): ResourceAccess {
  const [, namespace, name] = account.exec(username) ?? [];
  return name === undefined ? impersonation('users', username) : impersonation('serviceaccounts', name, namespace);
}

type ResourceAccess = Access & { kind: 'resource' };

const impersonation = (resource: string, name: string, namespace?: string): ResourceAccess => ({
  kind: 'resource',
  verb: 'impersonate',
  group: '',
  resource,
  name,
  namespace,
});

function accountGroups(username: string): string[] {
  const namespace = account.exec(username)?.[1];
  return namespace === undefined ? [] : ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
}

function denied(user: User, access: ResourceAccess): ApiError {
  const { resource, name } = access;
  const message = `${resource} "${name}" is forbidden: ${denialText(user, access)}`;
  return new ApiError('Forbidden', message, { name, kind: resource });
}
