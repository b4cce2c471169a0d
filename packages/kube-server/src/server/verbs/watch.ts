import type { KubeObject } from '../../objects/index.ts';
import { groupVersion } from '../../registry/index.ts';
import { parseFieldSelector, parseLabelSelector } from '../../selectors/index.ts';
import { ApiError, type WatchEvent } from '../../store/index.ts';
import type { Exchange } from '../exchange.ts';
import { type Representation, representationOf } from '../representation.ts';
import { statusOf } from '../status.ts';
import { selected } from './read.ts';

const bookmarkEveryMs = 60_000;

/**
 * Streams changes as lines of JSON. Objects that begin or stop to match the selectors show as ADDED and DELETED. A
 * resourceVersion that is forgotten gives an ERROR event with code 410, after which clients list again.
 */
export function watch(exchange: Exchange): void {
  const { cluster, target, query, request, response } = exchange;
  const stream = new WatchStream(exchange);
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
  response.flushHeaders();
  request.socket.setNoDelay(true);
  const started = start(stream, exchange);
  if (!started) {
    response.end();
    return;
  }
  const open = new DisposableStack();
  open.use(cluster.store.watch(target.resource.key, (event) => stream.tell(event)));
  open.use(endAfterTimeout(exchange));
  if (query.get('allowWatchBookmarks') === 'true') open.use(bookmarks(stream, exchange));
  response.on('close', () => open.dispose());
}

/** Sends what the client has missed; false when that is too long ago. */
function start(stream: WatchStream, exchange: Exchange): boolean {
  const { cluster, target, query } = exchange;
  const from = query.get('resourceVersion') ?? '';
  const wantsInitial = query.get('sendInitialEvents') === 'true';
  if (wantsInitial || from === '' || from === '0') {
    if (query.get('sendInitialEvents') !== 'false') {
      for (const object of selected(exchange)) stream.tell({ type: 'ADDED', object });
    }
    if (wantsInitial) stream.bookmark({ 'k8s.io/initial-events-end': 'true' });
    return true;
  }
  const missed = cluster.store.eventsSince(target.resource.key, Number(from));
  if ('oldest' in missed) {
    stream.fail(new ApiError('Expired', `too old resource version: ${from} (${missed.oldest})`));
    return false;
  }
  for (const event of missed) stream.tell(event);
  return true;
}

function endAfterTimeout({ cluster, query, response }: Exchange): Disposable {
  const seconds = Number(query.get('timeoutSeconds') ?? 0);
  if (seconds <= 0) return { [Symbol.dispose]: () => undefined };
  return cluster.clock.after(seconds * 1000, () => response.end());
}

function bookmarks(stream: WatchStream, { cluster }: Exchange): Disposable {
  let timer = cluster.clock.after(bookmarkEveryMs, repeat);
  function repeat(): void {
    stream.bookmark();
    timer = cluster.clock.after(bookmarkEveryMs, repeat);
  }
  return { [Symbol.dispose]: () => timer[Symbol.dispose]() };
}

class WatchStream {
  readonly #exchange: Exchange;
  readonly #representation: Representation;
  readonly #matches: (object: KubeObject) => boolean;
  #isFirst = true;

  constructor(exchange: Exchange) {
    const { target, query } = exchange;
    const labels = parseLabelSelector(query.get('labelSelector'));
    const fields = parseFieldSelector(query.get('fieldSelector'), target.resource.key);
    this.#exchange = exchange;
    this.#representation = representationOf(exchange);
    this.#matches = (object) =>
      (target.namespace === undefined || object.metadata.namespace === target.namespace) &&
      (target.name === undefined || object.metadata.name === target.name) &&
      labels(object.metadata.labels) &&
      fields(object);
  }

  tell({ type, object, old }: WatchEvent): void {
    const isMatch = this.#matches(object);
    const wasMatch = old !== undefined && this.#matches(old);
    if (!isMatch && !wasMatch) return;
    const seenAs = type === 'MODIFIED' && isMatch !== wasMatch ? (isMatch ? 'ADDED' : 'DELETED') : type;
    this.#write(seenAs, this.#representation.event(object, this.#isFirst));
    this.#isFirst = false;
  }

  bookmark(annotations?: Record<string, string>): void {
    const { cluster, target } = this.#exchange;
    const { resourceVersion } = cluster.store;
    const apiVersion = groupVersion(target.resource.group, target.version);
    const metadata = { resourceVersion, creationTimestamp: null, ...(annotations ? { annotations } : {}) };
    this.#write('BOOKMARK', { kind: target.resource.kind, apiVersion, metadata });
  }

  fail(error: ApiError): void {
    this.#write('ERROR', statusOf(error).body);
  }

  #write(type: string, object: object): void {
    this.#exchange.response.write(`${JSON.stringify({ type, object })}\n`);
  }
}
