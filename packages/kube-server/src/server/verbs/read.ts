import type { KubeObject } from '../../objects/index.ts';
import { ApiError } from '../../store/index.ts';
import { badRequest, notFound } from '../../store/errors.ts';
import type { Exchange } from '../exchange.ts';
import { representationOf } from '../representation.ts';
import { sendJson } from '../respond.ts';

/** The object that the path names. */
export function existing({ cluster, target }: Pick<Exchange, 'cluster' | 'target'>): KubeObject {
  const { resource, namespace, name = '' } = target;
  const object = cluster.store.get(resource.key, namespace, name);
  if (!object) throw notFound(resource, name);
  return object;
}

export function get(exchange: Exchange): void {
  sendJson(exchange.response, 200, representationOf(exchange).one(existing(exchange)));
}

/** The objects that the path and the selectors name. */
export function selected({ cluster, target, query }: Exchange): KubeObject[] {
  return cluster.store.list(target.resource.key, {
    namespace: target.namespace,
    labelSelector: query.get('labelSelector') ?? undefined,
    fieldSelector: query.get('fieldSelector') ?? undefined,
  });
}

export function list(exchange: Exchange): void {
  const { cluster, query, response } = exchange;
  const page = pageOf(selected(exchange), query);
  const { resourceVersion } = cluster.store;
  const metadata = {
    resourceVersion,
    ...(page.rest > 0 ? { continue: page.next, ...remaining(page.rest, query) } : {}),
  };
  sendJson(response, 200, representationOf(exchange).list(page.objects, metadata));
}

/** With selectors, the real server does not know how many are left. */
const remaining = (count: number, query: URLSearchParams) =>
  query.has('labelSelector') || query.has('fieldSelector') ? {} : { remainingItemCount: count };

interface Page {
  objects: readonly KubeObject[];
  rest: number;
  next: string;
}

/** Objects come sorted by namespace and name; a page ends with the name that the next one starts after. */
function pageOf(objects: readonly KubeObject[], query: URLSearchParams): Page {
  const limit = Number(query.get('limit') ?? 0);
  const after = query.get('continue');
  const start = after ? decodeContinue(after) : '';
  const left = start === '' ? objects : objects.filter((object) => positionOf(object) > start);
  const page = limit > 0 ? left.slice(0, limit) : left;
  const last = page.at(-1);
  return { objects: page, rest: left.length - page.length, next: last ? encodeContinue(positionOf(last)) : '' };
}

const positionOf = ({ metadata }: KubeObject) => `${metadata.namespace ?? ''}/${metadata.name}`;

const encodeContinue = (after: string) =>
  Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', after })).toString('base64url');

function decodeContinue(token: string): string {
  try {
    const { after } = JSON.parse(Buffer.from(token, 'base64url').toString()) as { after?: unknown };
    if (typeof after === 'string') return after;
  } catch {
    // Falls through to the refusal.
  }
  throw badRequest('continue key is not valid');
}

export function methodNotAllowed(): ApiError {
  return new ApiError('MethodNotAllowed', 'the server does not allow this method on the requested resource');
}
