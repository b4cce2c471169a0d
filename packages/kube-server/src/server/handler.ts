import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Access, authenticate, authorize, denialText, impersonate, type User } from '../auth/index.ts';
import { ApiError } from '../store/index.ts';
import { dispatch } from './dispatch.ts';
import type { ServedCluster, Target } from './exchange.ts';
import { publicPaths, servePath } from './paths.ts';
import { refuseUpgrade, sendError } from './respond.ts';
import { parseRoute, type Route, targetOf, verbOf } from './route.ts';
import { existing } from './verbs/read.ts';

/** A request with its path below the cluster's prefix. */
export interface Incoming {
  request: IncomingMessage;
  url: string;
  prefix: string;
}

/** Answers one request of one cluster; never throws. */
export async function handle(cluster: ServedCluster, incoming: Incoming, response: ServerResponse): Promise<void> {
  try {
    await serve(cluster, incoming, response);
  } catch (error) {
    noteBug(cluster, incoming, error);
    sendError(response, error);
  }
}

/** Answers a connection that asks for an upgrade; never throws. */
export async function handleUpgrade(
  cluster: ServedCluster,
  incoming: Incoming,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  try {
    const { request } = incoming;
    const { target, route, user } = await admit(cluster, incoming);
    const handler = target && cluster.handlers[`${target.resource.plural}/${target.subresource}`];
    if (!target || !handler?.upgrade) throw new ApiError('BadRequest', `${route.path} can't be upgraded`);
    const object = existing({ cluster, target });
    await handler.upgrade({ cluster, object, query: route.query, user, request }, socket, head);
  } catch (error) {
    noteBug(cluster, incoming, error);
    refuseUpgrade(socket, error);
  }
}

async function serve(cluster: ServedCluster, incoming: Incoming, response: ServerResponse): Promise<void> {
  const { request, prefix, url } = incoming;
  const open = parseRoute(url);
  if (publicPaths.has(open.segments[0] ?? '')) return servePath({ cluster, route: open, prefix, request, response });
  const { route, target, user } = await admit(cluster, incoming);
  if (!target) return servePath({ cluster, route, prefix, request, response });
  await dispatch({ cluster, user, target, query: route.query, request, response });
}

interface Admitted {
  route: Route;
  target: Target | undefined;
  user: User;
}

/** Authenticates, finds what the path names, and authorizes. */
async function admit(cluster: ServedCluster, { request, url }: Incoming): Promise<Admitted> {
  const caller = await authenticate(request, cluster.credentials);
  if (!caller) throw new ApiError('Unauthorized', 'Unauthorized');
  const user = impersonate(caller, request.headers, cluster.store);
  const route = parseRoute(url);
  const target = targetOf(route, cluster.store.registry);
  const access = accessOf(request.method ?? 'GET', route, target);
  const { allowed } = authorize(cluster.store, user, access);
  if (!allowed) throw denied(user, access);
  return { route, target, user };
}

function accessOf(method: string, route: Route, target: Target | undefined): Access {
  if (!target) return { kind: 'path', verb: method.toLowerCase(), path: route.path };
  const { resource, namespace, name, subresource } = target;
  const verb = verbOf(method, target, route.query);
  // A namespace is inside itself, so that a role there can name it.
  const scope = resource.key === 'namespaces' ? name : namespace;
  return {
    kind: 'resource',
    verb,
    group: resource.group,
    resource: resource.plural,
    subresource,
    namespace: scope,
    name,
  };
}

function denied(user: User, access: Access): ApiError {
  const text = denialText(user, access);
  if (access.kind === 'path') return new ApiError('Forbidden', `forbidden: ${text}`);
  const { resource, group, name } = access;
  const what = group === '' ? resource : `${resource}.${group}`;
  const details = { ...(name ? { name } : {}), ...(group === '' ? {} : { group }), kind: resource };
  return new ApiError('Forbidden', `${what}${name ? ` "${name}"` : ''} is forbidden: ${text}`, details);
}

/** Anything but an ApiError is our own mistake. */
function noteBug(cluster: ServedCluster, { request, url }: Incoming, error: unknown): void {
  if (error instanceof ApiError) return;
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  cluster.log.write('kube-server', 'request failed', { cluster: cluster.name, method: request.method, url, message });
}
