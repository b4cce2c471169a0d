import type { Registry } from '../registry/index.ts';
import { badRequest, noSuchPath } from '../store/errors.ts';
import type { Target } from './exchange.ts';

export interface Route {
  segments: readonly string[];
  path: string;
  query: URLSearchParams;
}

/** @throws ApiError BadRequest when an escape is malformed */
export function parseRoute(url: string): Route {
  const { pathname, searchParams } = new URL(url, 'https://kubernetes');
  try {
    const segments = pathname.split('/').filter((segment) => segment !== '');
    return { segments: segments.map(decodeURIComponent), path: pathname, query: searchParams };
  } catch {
    throw badRequest(`malformed path ${pathname}`);
  }
}

/** `/clusters/NAME/rest` → the name and the route below it; undefined without that prefix. */
export function splitPrefix(url: string): { cluster: string; url: string } | undefined {
  const match = /^\/clusters\/([^/?]+)([^]*)$/.exec(url);
  if (!match) return undefined;
  const rest = match[2] ?? '';
  return { cluster: decodeURIComponent(match[1] ?? ''), url: rest.startsWith('/') ? rest : `/${rest}` };
}

/** Namespaces have subresources of their own, which look like resources inside them. */
const ofNamespaces = new Set(['status', 'finalize']);

/**
 * The resource that a path names; undefined for discovery and other paths.
 * @throws ApiError NotFound for a resource that is not served
 */
export function targetOf({ segments }: Route, registry: Registry): Target | undefined {
  const [root, ...rest] = segments;
  const isCore = root === 'api';
  if ((!isCore && root !== 'apis') || rest.length < (isCore ? 2 : 3)) return undefined;
  const [group = '', version = '', ...path] = isCore ? ['', ...rest] : rest;
  const inNamespace = path[0] === 'namespaces' && path.length >= 3 && !(isCore && ofNamespaces.has(path[2] ?? ''));
  const [plural = '', name, subresource, ...more] = inNamespace ? path.slice(2) : path;
  const resource = registry.byPath(group, version, plural);
  if (!resource || more.length > 0 || (inNamespace && !resource.namespaced)) throw noSuchPath();
  if (subresource !== undefined && !resource.subresources.includes(subresource)) throw noSuchPath();
  return { resource, version, namespace: inNamespace ? path[1] : undefined, name, subresource };
}

const verbs: Readonly<Record<string, readonly [collection: string, item: string]>> = {
  GET: ['list', 'get'],
  HEAD: ['list', 'get'],
  POST: ['create', 'create'],
  PUT: ['update', 'update'],
  PATCH: ['patch', 'patch'],
  DELETE: ['deletecollection', 'delete'],
};

/** The verb that access is decided by. */
export function verbOf(method: string, target: Target, query: URLSearchParams): string {
  const [collection, item] = verbs[method] ?? [method.toLowerCase(), method.toLowerCase()];
  if (target.name !== undefined) return item;
  return collection === 'list' && isWatch(query) ? 'watch' : collection;
}

export const isWatch = (query: URLSearchParams): boolean => ['true', '1'].includes(query.get('watch') ?? '');
