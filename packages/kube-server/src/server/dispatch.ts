import { hasRules, loadRules } from '../openapi/index.ts';
import type { Resource } from '../registry/index.ts';
import { ApiError } from '../store/index.ts';
import type { Exchange } from './exchange.ts';
import { isWatch } from './route.ts';
import { bind, evict } from './subresources/pods.ts';
import { scale } from './subresources/scale.ts';
import { token } from './subresources/token.ts';
import { existing, get, list, methodNotAllowed } from './verbs/read.ts';
import { patch } from './verbs/patch.ts';
import { create, remove, removeCollection, replace } from './verbs/write.ts';
import { watch } from './verbs/watch.ts';

type Operation = (exchange: Exchange) => void | Promise<void>;

const onCollection: Readonly<Record<string, Operation>> = { GET: listOrWatch, POST: create, DELETE: removeCollection };
const onItem: Readonly<Record<string, Operation>> = { GET: getOrWatch, PUT: replace, PATCH: patch, DELETE: remove };
const onStatus: Readonly<Record<string, Operation>> = { GET: get, PUT: replace, PATCH: patch };

/** Subresources that are about objects only; streams are registered from outside. */
const onSubresource: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  status: onStatus,
  scale: { GET: scale, PUT: scale, PATCH: scale },
  token: { POST: token },
  eviction: { POST: evict },
  binding: { POST: bind },
  finalize: { PUT: replace },
};

/** Serves one request about a resource. */
export async function dispatch(exchange: Exchange): Promise<void> {
  const { target, request } = exchange;
  const method = request.method === 'HEAD' ? 'GET' : (request.method ?? '');
  const { name, subresource } = target;
  if (subresource !== undefined && !(subresource in onSubresource)) return delegate(exchange);
  const operations =
    subresource === undefined ? (name === undefined ? onCollection : onItem) : onSubresource[subresource];
  const operation = operations?.[method];
  if (!operation || !isServed(exchange, method)) throw methodNotAllowed();
  if (method in writes && usesRules(target.resource)) await loadRules();
  await operation(exchange);
}

const writes = { POST: true, PUT: true, PATCH: true };

/** Before anything is read, because from reading to writing an object nobody else may write it. */
function usesRules({ kind, definition }: Resource): boolean {
  if (kind === 'CustomResourceDefinition') return true;
  const { versions = [] } = definition?.spec ?? {};
  return versions.some(({ schema }) => schema?.openAPIV3Schema && hasRules(schema.openAPIV3Schema));
}

/** Reviews can only be created. */
const isServed = ({ target }: Exchange, method: string) => method === 'POST' || target.resource.verbs.includes('get');

async function delegate(exchange: Exchange): Promise<void> {
  const { cluster, target, query, user, request, response } = exchange;
  const handler = cluster.handlers[`${target.resource.plural}/${target.subresource}`];
  if (!handler)
    throw new ApiError(
      'NotImplemented',
      `this API server does not serve ${target.resource.plural}/${target.subresource}`,
    );
  const object = existing(exchange);
  if (!handler.respond) throw new ApiError('BadRequest', 'Upgrade request required');
  await handler.respond({ cluster, object, query, user, request }, response);
}

function listOrWatch(exchange: Exchange): void {
  if (isWatch(exchange.query)) watch(exchange);
  else list(exchange);
}

function getOrWatch(exchange: Exchange): void {
  if (isWatch(exchange.query)) watch(exchange);
  else get(exchange);
}
