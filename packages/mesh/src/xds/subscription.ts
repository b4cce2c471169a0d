import type { DeltaDiscoveryRequest } from '../proto/gen/envoy/discovery_pb.ts';
import type { ResourceType } from './resources.ts';

/**
 * What one stream wants of one type. Level-triggered: it holds *dirty names*; what to send for a name, the resource or its
 * removal, is looked up when it is sent. So changes coalesce, and a peer that does not read costs no more than names.
 */
export class Subscription {
  /** The first request is always answered, also with nothing: ztunnel waits for it. */
  answered = false;
  nonce = '';
  acknowledged = '';
  lastError: string | undefined;
  #wildcard: boolean;
  readonly #names: Set<string>;
  #dirty = new Set<string>();

  /** From the first request of a type: both lists empty mean everything, `*` in both means nothing yet. */
  constructor(type: ResourceType, request: DeltaDiscoveryRequest) {
    const { resourceNamesSubscribe: subscribe, resourceNamesUnsubscribe: unsubscribe } = request;
    this.#wildcard = subscribe.length === 0 || (subscribe.includes('*') && !unsubscribe.includes('*'));
    this.#names = new Set(subscribe.filter((name) => name !== '*'));
    const held = request.initialResourceVersions;
    for (const name of this.#wildcard ? type.resources.keys() : this.#names) {
      const version = type.resources.get(name)?.version;
      if (version === undefined || version !== held[name]) this.#dirty.add(name);
    }
    // What the client still holds and is no more: without this it would keep it for ever.
    for (const name of Object.keys(held)) if (!type.resources.has(name)) this.#dirty.add(name);
  }

  get pending(): boolean {
    return !this.answered || this.#dirty.size > 0;
  }

  /** A later request: an acknowledgement, a refusal, or a change of what is wanted. */
  receive(request: DeltaDiscoveryRequest): void {
    if (request.responseNonce !== '') this.#acknowledge(request);
    for (const name of request.resourceNamesSubscribe) {
      if (name === '*') this.#wildcard = true;
      else {
        this.#names.add(name);
        this.#dirty.add(name); // asked for, so answered, also when it does not exist
      }
    }
    for (const name of request.resourceNamesUnsubscribe) {
      if (name === '*') this.#wildcard = false;
      else this.#names.delete(name);
    }
  }

  #acknowledge({ errorDetail, responseNonce }: DeltaDiscoveryRequest): void {
    if (errorDetail) this.lastError = errorDetail.message;
    else if (responseNonce === this.nonce) {
      this.lastError = undefined;
      this.acknowledged = responseNonce;
    }
  }

  mark(changed: ReadonlySet<string>): void {
    for (const name of changed) if (this.#wildcard || this.#names.has(name)) this.#dirty.add(name);
  }

  /** The names to send now. */
  take(): ReadonlySet<string> {
    const dirty = this.#dirty;
    this.#dirty = new Set();
    this.answered = true;
    return dirty;
  }
}
