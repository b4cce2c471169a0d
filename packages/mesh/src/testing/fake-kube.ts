import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { systemClock } from '@meshbed/core';
import { Authority, createKeyPair, privateKeyPem, publicKeyDer } from '@meshbed/x509';
import { KubeApi, keyOf, type KubeObject, type KubeResource, resources, typeOf } from '../kube/index.ts';
import { dialLocal } from './loopback.ts';

interface Event {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  plural: string;
  object: KubeObject;
  version: number;
}

interface Target {
  resource: KubeResource;
  namespace: string | undefined;
  name: string | undefined;
  subresource: string | undefined;
}

type Tokens = ReadonlyMap<string, string>;

/** A Kubernetes API in memory, served over TLS on loopback: lists, watches, merges; validates nothing. */
export class FakeKube implements AsyncDisposable {
  /** Token → `namespace/serviceAccount` (valid for every audience), what a TokenReview answers. */
  tokens: Tokens = new Map();
  /** Groups that are not served yet (404). */
  readonly missingGroups: Set<string> = new Set();
  /** Requests other than watches: `METHOD path`. */
  readonly requests: string[] = [];
  readonly #server: Server;
  readonly #ca: string;
  readonly #objects = new Map<string, KubeObject>();
  readonly #events: Event[] = [];
  readonly #watchers = new Set<(event: Event) => void>();
  #version = 100;
  #oldest = 0;

  static async start(): Promise<FakeKube> {
    const fake = new FakeKube();
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  private constructor() {
    const nowMs = systemClock.now();
    const authority = new Authority({ commonName: 'kubernetes', nowMs });
    const keys = createKeyPair();
    const names = { dns: ['kubernetes.default.svc'], ips: ['127.0.0.1'] };
    const cert = authority.issue({ publicKey: publicKeyDer(keys.publicKey), names, ttlMs: 864e5, nowMs });
    this.#ca = authority.rootPem;
    this.#server = createServer({ cert, key: privateKeyPem(keys.privateKey) }, (request, response) => {
      this.#answer(request, response).catch((error: unknown) => fail(response, 500, String(error)));
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get ca(): string {
    return this.#ca;
  }

  api(token = 'token'): KubeApi {
    return new KubeApi({
      dial: () => dialLocal(this.port),
      servername: 'kubernetes.default.svc',
      authority: 'kubernetes.default.svc',
      basePath: '',
      ca: this.#ca,
      token: () => token,
    });
  }

  /** Creates or replaces an object, as somebody else would. */
  put(resource: KubeResource, object: Omit<KubeObject, 'apiVersion' | 'kind'> & Record<string, unknown>): void {
    this.#store(resource, { ...typeOf(resource), ...object });
  }

  remove(resource: KubeResource, name: string, namespace?: string): void {
    const id = idOf(resource, namespace, name);
    const object = this.#objects.get(id);
    if (!object) return;
    this.#objects.delete(id);
    this.#emit({
      type: 'DELETED',
      plural: resource.plural,
      object: stamped(object, ++this.#version),
      version: this.#version,
    });
  }

  get<T extends KubeObject>(resource: KubeResource, name: string, namespace?: string): T | undefined {
    return this.#objects.get(idOf(resource, namespace, name)) as T | undefined;
  }

  list<T extends KubeObject>(resource: KubeResource, namespace?: string): T[] {
    const prefix = idOf(resource, namespace, '').replace(namespace === undefined ? /[^|]*$/ : /$^/, '');
    return [...this.#objects].filter(([id]) => id.startsWith(prefix)).map(([, object]) => object as T);
  }

  /** Forgets history: a watch from an older version answers 410. */
  compact(): void {
    this.#oldest = ++this.#version;
    this.#events.length = 0;
  }

  /** Cuts every connection. */
  cut(): void {
    this.#watchers.clear();
    this.#server.closeAllConnections();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #store(resource: KubeResource, object: KubeObject): KubeObject {
    const id = idOf(resource, object.metadata.namespace, object.metadata.name);
    const before = this.#objects.get(id);
    const { uid = `uid-${this.#version}`, creationTimestamp } = before?.metadata ?? {};
    const metadata = { creationTimestamp: creationTimestamp ?? stampOf(this.#version), ...object.metadata, uid };
    const after = stamped({ ...object, metadata }, ++this.#version);
    this.#objects.set(id, after);
    this.#emit({ type: before ? 'MODIFIED' : 'ADDED', plural: resource.plural, object: after, version: this.#version });
    return after;
  }

  #emit(event: Event): void {
    this.#events.push(event);
    for (const watcher of this.#watchers) watcher(event);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'https://kube');
    const target = targetOf(url.pathname);
    if (!target || this.missingGroups.has(target.resource.group)) return fail(response, 404, 'not served');
    if (url.searchParams.get('watch') === 'true') return this.#watch(target, url.searchParams, response);
    this.requests.push(`${request.method} ${url.pathname}`);
    const body = request.method === 'GET' || request.method === 'DELETE' ? undefined : await json(request);
    const { status, answer } = this.#handle(request, url, target, body);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  #handle(request: IncomingMessage, url: URL, target: Target, body: unknown): { status: number; answer: unknown } {
    const { resource, namespace, name } = target;
    if (resource === resources.tokenReviews) return { status: 201, answer: this.#review(body) };
    const known = name === undefined ? undefined : this.get(resource, name, namespace);
    const missing = { status: 404, answer: { reason: 'NotFound', message: `${resource.plural} "${name}" not found` } };
    switch (request.method ?? '') {
      case 'GET': {
        if (name !== undefined) return known ? { status: 200, answer: known } : missing;
        const items = this.list(resource, namespace).filter(selectedBy(url.searchParams.get('labelSelector')));
        return { status: 200, answer: { items, metadata: { resourceVersion: String(this.#version) } } };
      }
      case 'POST': {
        const object = withNamespace(body as KubeObject, namespace);
        const exists = this.get(resource, object.metadata.name, namespace);
        if (exists)
          return { status: 409, answer: { reason: 'AlreadyExists', message: `${object.metadata.name} exists` } };
        return { status: 201, answer: this.#store(resource, object) };
      }
      case 'PATCH': {
        const apply = request.headers['content-type'] === 'application/apply-patch+yaml';
        if (!known && !apply) return missing;
        const patched = request.headers['content-type'] === 'application/json-patch+json' ? jsonPatched : merged;
        const next = patched(known ?? {}, body);
        if (next === undefined) return { status: 422, answer: { reason: 'Invalid', message: 'the test failed' } };
        return { status: 200, answer: this.#store(resource, next as KubeObject) };
      }
      case 'DELETE':
        if (!known || name === undefined) return missing;
        this.remove(resource, name, namespace);
        return { status: 200, answer: known };
      default:
        return { status: 405, answer: { message: `${request.method} is not served` } };
    }
  }

  #review(body: unknown): unknown {
    const { spec } = body as { spec: { token: string; audiences?: string[] } };
    const found = this.tokens.get(spec.token);
    if (found === undefined) return { status: { authenticated: false, error: 'invalid bearer token' } };
    const username = `system:serviceaccount:${found.replace('/', ':')}`;
    const extra = this.podClaims.get(spec.token) ?? {};
    return { status: { authenticated: true, user: { username, extra }, audiences: spec.audiences } };
  }

  /** Token → what the review tells about the pod that it is bound to. */
  podClaims: ReadonlyMap<string, Record<string, string[]>> = new Map();

  #watch({ resource, namespace }: Target, query: URLSearchParams, response: ServerResponse): void {
    const from = Number(query.get('resourceVersion'));
    if (from < this.#oldest) return fail(response, 410, 'too old resource version');
    const mine = (event: Event) =>
      event.plural === resource.plural && (namespace === undefined || event.object.metadata.namespace === namespace);
    const write = ({ type, object }: Event) => response.write(`${JSON.stringify({ type, object })}\n`);
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    for (const event of this.#events) if (event.version > from && mine(event)) write(event);
    const watcher = (event: Event) => mine(event) && write(event);
    this.#watchers.add(watcher);
    response.on('close', () => this.#watchers.delete(watcher));
  }
}

const idOf = (resource: KubeResource, namespace: string | undefined, name: string) =>
  `${resource.group}/${resource.plural}|${keyOf({ metadata: { namespace: namespace ?? '', name } })}`;

/** Ascending in the order of creation. */
const stampOf = (version: number) => new Date(1_800_000_000_000 + version * 1000).toISOString();

const stamped = (object: KubeObject, version: number): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, resourceVersion: String(version) },
});

const withNamespace = (object: KubeObject, namespace: string | undefined): KubeObject =>
  namespace === undefined ? object : { ...object, metadata: { ...object.metadata, namespace } };

/** `key` or `key=value`, joined by commas. */
const selectedBy =
  (selector: string | null) =>
  ({ metadata: { labels = {} } }: KubeObject): boolean =>
    (selector ?? '').split(',').every((term) => {
      const [key = '', value] = term.split('=');
      return key === '' || (value === undefined ? key in labels : labels[key] === value);
    });

function fail(response: ServerResponse, code: number, message: string): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify({ code, message }));
}

function targetOf(path: string): Target | undefined {
  const parts = path.split('/').slice(1).map(decodeURIComponent);
  const [group = '', version, ...rest] = parts[0] === 'api' ? ['', ...parts.slice(1)] : parts.slice(1);
  const inNamespace = rest[0] === 'namespaces' && rest.length > 2 && rest[2] !== 'status';
  const [plural, name, subresource] = inNamespace ? rest.slice(2) : rest;
  const resource = Object.values(resources).find(
    (each) => each.group === group && each.version === version && each.plural === plural,
  );
  return resource && { resource, namespace: inNamespace ? rest[1] : undefined, name, subresource };
}

/** RFC 7386. */
function merged(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const result: Record<string, unknown> = typeof target === 'object' && !Array.isArray(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value);
  }
  return result;
}

interface Operation {
  op: string;
  path: string;
  value?: unknown;
}

/** RFC 6902 for `test`, `add`, `replace` and `remove` on objects; undefined when a test fails. */
function jsonPatched(target: unknown, patch: unknown): unknown {
  const result = structuredClone(target) as Record<string, unknown>;
  for (const { op, path, value } of patch as Operation[]) {
    const parts = path
      .split('/')
      .slice(1)
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = parts.pop() ?? '';
    let parent = result;
    for (const part of parts) parent = parent[part] as Record<string, unknown>;
    if (op === 'test') {
      if (JSON.stringify(parent[last]) !== JSON.stringify(value)) return undefined;
    } else if (op === 'remove') delete parent[last];
    else parent[last] = value;
  }
  return result;
}
