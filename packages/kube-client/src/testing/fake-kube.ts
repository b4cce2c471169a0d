import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { json } from 'node:stream/consumers';
import { connectLoopback, systemClock } from '@meshbed/core';
import { Authority, createKeyPair, privateKeyPem, publicKeyDer, type SubjectAltNames } from '@meshbed/x509';
import { KubeApi, keyOf, type KubeObject, type KubeResource, resources, typeOf } from '../index.ts';
import { collectionPath } from '../resources.ts';
import { jsonPatched, merged } from './patches.ts';

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
  /** Who sent them: the `authorization` header, or `certificate of NAME`. */
  readonly authorizations: string[] = [];
  /** Of these, who is not let in (401). */
  readonly refused: Set<string> = new Set();
  readonly #kinds: KubeResource[] = Object.values(resources);
  readonly #server: Server;
  readonly #authority: Authority;
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
    this.#authority = new Authority({ commonName: 'kubernetes', nowMs: systemClock.now() });
    const names = { dns: ['kubernetes.default.svc'], ips: ['127.0.0.1'] };
    const tls = { ...this.#issue('kubernetes', names), ca: this.ca, requestCert: true, rejectUnauthorized: false };
    this.#server = createServer(tls, (request, response) => {
      this.#answer(request, response).catch((error: unknown) => fail(response, 500, String(error)));
    });
  }

  #issue(commonName: string, names: SubjectAltNames): { cert: string; key: string } {
    const keys = createKeyPair();
    const leaf = { publicKey: publicKeyDer(keys.publicKey), ttlMs: 864e5, nowMs: systemClock.now(), names };
    return { cert: this.#authority.issue({ ...leaf, commonName }), key: privateKeyPem(keys.privateKey) };
  }

  /** Of a user that the server knows. */
  clientCertificate(name: string): { cert: string; key: string } {
    return this.#issue(name, { dns: [name] });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get ca(): string {
    return this.#authority.rootPem;
  }

  api(token = 'token'): KubeApi {
    return new KubeApi({
      server: 'https://kubernetes.default.svc',
      connect: () => connectLoopback(this.port),
      ca: this.ca,
      credential: () => ({ token }),
    });
  }

  /** Serves one more kind, as after its CRD was created. */
  serve(resource: KubeResource): void {
    this.#kinds.push(resource);
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
    this.authorizations.push(authorizationOf(request));
    if (this.refused.has(authorizationOf(request))) return fail(response, 401, 'Unauthorized');
    const target = this.#targetOf(url.pathname);
    if (/^\/apis\/[^/]+\/[^/]+$|^\/api\/v1$/.test(url.pathname)) return this.#discover(url.pathname, response);
    if (!target || this.missingGroups.has(target.resource.group)) return fail(response, 404, 'not served');
    if (url.searchParams.get('watch') === 'true') return this.#watch(target, url.searchParams, response);
    this.requests.push(`${request.method} ${url.pathname}`);
    const body = request.method === 'GET' || request.method === 'DELETE' ? undefined : await json(request);
    const { status, answer } = this.#handle(request, url, target, body);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  #discover(path: string, response: ServerResponse): void {
    this.requests.push(`GET ${path}`);
    const served = this.#kinds.filter((each) => path === collectionPath(each).slice(0, -each.plural.length - 1));
    if (served.length === 0) return fail(response, 404, 'not served');
    const list = served.map(({ plural, kind, namespaced }) => ({ name: plural, kind, namespaced }));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ resources: list }));
  }

  #targetOf(path: string): Target | undefined {
    const parts = path.split('/').slice(1).map(decodeURIComponent);
    const [group = '', version, ...rest] = parts[0] === 'api' ? ['', ...parts.slice(1)] : parts.slice(1);
    const inNamespace = rest[0] === 'namespaces' && rest.length > 2 && rest[2] !== 'status';
    const [plural, name, subresource] = inNamespace ? rest.slice(2) : rest;
    const resource = this.#kinds.find(
      (each) => each.group === group && each.version === version && each.plural === plural,
    );
    return resource && { resource, namespace: inNamespace ? rest[1] : undefined, name, subresource };
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
        return { status: 200, answer: this.#store(resource, withNamespace(next as KubeObject, namespace)) };
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

function authorizationOf({ headers, socket }: IncomingMessage): string {
  const { CN: name } = (socket as TLSSocket).getPeerCertificate().subject ?? {};
  return headers.authorization ?? `certificate of ${String(name)}`;
}

function fail(response: ServerResponse, code: number, message: string): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify({ code, message }));
}
