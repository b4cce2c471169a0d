import type { DeltaDiscoveryRequest } from '../proto/gen/envoy/discovery_pb.ts';
import type { ResourceType } from './resources.ts';
import { Subscription } from './subscription.ts';

export interface ConnectionOptions {
  /** In the order in which they are pushed. */
  types: readonly ResourceType[];
  send(bytes: Buffer): Promise<void>;
  encode(type: ResourceType, names: ReadonlySet<string>): { bytes: Buffer; nonce: string };
}

/** One stream. Only its first request names the node, so the stream *is* the identity of the peer. */
export class Connection {
  nodeId = '';
  metadata: Readonly<Record<string, unknown>> = {};
  readonly subscriptions: Map<string, Subscription> = new Map();
  readonly #options: ConnectionOptions;
  #wake = Promise.withResolvers<void>();
  #closed = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  receive(request: DeltaDiscoveryRequest): void {
    const type = this.#options.types.find(({ url }) => url === request.typeUrl);
    if (!type) return; // istiod ignores types that it does not serve, too
    const known = this.subscriptions.get(type.url);
    if (known) known.receive(request);
    else this.subscriptions.set(type.url, new Subscription(type, request));
    this.wake();
  }

  wake(): void {
    this.#wake.resolve();
  }

  close(): void {
    this.#closed = true;
    this.wake();
  }

  /** The only writer of the stream: while a slow peer blocks it, dirty names collect and collapse. Ends with the stream. */
  async run(): Promise<void> {
    while (!this.#closed) {
      this.#wake = Promise.withResolvers(); // before looking, or a change in between would be lost
      for (const type of this.#options.types) await this.#push(type);
      if (!this.#closed && !this.#pending) await this.#wake.promise;
    }
  }

  get #pending(): boolean {
    return [...this.subscriptions.values()].some(({ pending }) => pending);
  }

  async #push(type: ResourceType): Promise<void> {
    const subscription = this.subscriptions.get(type.url);
    if (!subscription?.pending || this.#closed) return;
    const { bytes, nonce } = this.#options.encode(type, subscription.take());
    subscription.nonce = nonce;
    await this.#options.send(bytes).catch(() => this.close());
  }
}
