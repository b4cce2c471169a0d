/** Delta-xDS, client side, with ztunnel's manners. */
import { create, type DescMessage, fromBinary, type MessageShape } from '@bufbuild/protobuf';
import { type Clock, messageOf } from '@meshbed/core';
import { Channel, Code, GrpcError, type Metadata, type Transport } from '../grpc/index.ts';
import {
  AggregatedDiscoveryService,
  type DeltaDiscoveryRequest,
  DeltaDiscoveryRequestSchema,
  type DeltaDiscoveryResponse,
  type Resource,
} from '../proto/gen/envoy/discovery_pb.ts';
import { typeUrlOf } from './resources.ts';

export interface Watch<T extends DescMessage = DescMessage> {
  schema: T;
  /** Throws to reject this one resource; the others of the same response stay applied. Messages are immutable. */
  apply(name: string, message: MessageShape<T>): void;
  remove(name: string): void;
  /** After all of one response was applied. */
  settled?(): void;
}

/** Keeps a watch's message type while putting it into a list. */
export const watch = <T extends DescMessage>(of: Watch<T>): Watch => of as unknown as Watch;

export interface XdsClientOptions extends Transport {
  /** Sent with the first request of every type. */
  node: { id: string; metadata: Readonly<Record<string, string>> };
  /** Asked for every stream anew: tokens rotate. */
  metadata: () => Promise<Metadata>;
  /** In the order of the first requests: Address, then Authorization. */
  watches: readonly Watch[];
  onState?: (state: { connected: true } | { connected: false; cause: unknown }) => void;
}

interface Held {
  watch: Watch;
  url: string;
  versions: Map<string, string>;
  acknowledged: boolean;
}

const backoff = { firstMs: 10, maxMs: 15_000 };
const retriedAtOnce = new Set<number>([Code.unknown, Code.cancelled, Code.deadlineExceeded]);
const isTransient = (error: unknown) =>
  error instanceof GrpcError && (retriedAtOnce.has(error.code) || error.message.includes('transport is closing'));

export class XdsClient {
  /** Resolves when each type had a response that could be acknowledged; never falls back, as state outlives connections. */
  readonly ready: Promise<void>;
  readonly #options: XdsClientOptions;
  readonly #held: ReadonlyMap<string, Held>;
  readonly #becomeReady: () => void;
  #responses = 0;

  constructor(options: XdsClientOptions) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ready = promise;
    this.#becomeReady = resolve;
    this.#options = options;
    const held = options.watches.map((each) => {
      const url = typeUrlOf(each.schema);
      return [url, { watch: each, url, versions: new Map<string, string>(), acknowledged: false }] as const;
    });
    this.#held = new Map(held);
  }

  /** Connects, and connects again after every loss, until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const clock: Clock = this.#options.clock;
    let pauseMs = backoff.firstMs;
    while (!signal.aborted) {
      const before = this.#responses;
      const cause = await this.#session(signal).catch((error: unknown) => error);
      if (signal.aborted) return;
      this.#options.onState?.({ connected: false, cause });
      const progressed = this.#responses > before;
      if (progressed) pauseMs = backoff.firstMs;
      if (progressed && (cause === undefined || isTransient(cause))) continue;
      await clock.sleep(pauseMs, signal).catch(() => {});
      pauseMs = Math.min(pauseMs * 2, backoff.maxMs);
    }
  }

  async #session(signal: AbortSignal): Promise<void> {
    using channel = await Channel.connect(this.#options);
    const metadata = await this.#options.metadata();
    const call = channel.bidi(AggregatedDiscoveryService.method.deltaAggregatedResources, { metadata, signal });
    const { node } = this.#options;
    for (const { url, versions } of this.#held.values()) {
      await call.send({ node, typeUrl: url, initialResourceVersions: Object.fromEntries(versions) });
    }
    this.#options.onState?.({ connected: true });
    for await (const response of call.responses) {
      this.#responses++;
      await call.send(this.#apply(response));
    }
  }

  /** Applies what it can; the answer says what it could not. */
  #apply(response: DeltaDiscoveryResponse): DeltaDiscoveryRequest {
    const held = this.#held.get(response.typeUrl);
    const problems = held ? applyTo(held, response) : [`unsubscribed type ${response.typeUrl}`];
    const answer = { typeUrl: response.typeUrl, responseNonce: response.nonce };
    if (problems.length > 0) {
      return create(DeltaDiscoveryRequestSchema, { ...answer, errorDetail: { message: problems.join('; ') } });
    }
    if (held) held.acknowledged = true;
    if ([...this.#held.values()].every(({ acknowledged }) => acknowledged)) this.#becomeReady();
    return create(DeltaDiscoveryRequestSchema, answer);
  }
}

/** The reasons of the resources that were refused. */
function applyTo(held: Held, { resources, removedResources }: DeltaDiscoveryResponse): string[] {
  for (const name of removedResources) {
    held.watch.remove(name);
    held.versions.delete(name);
  }
  const problems = resources.flatMap((resource) => {
    try {
      applyOne(held, resource);
      return [];
    } catch (error) {
      return [`${resource.name}: ${messageOf(error)}`];
    }
  });
  held.watch.settled?.();
  return problems;
}

function applyOne(held: Held, { name, version, resource }: Resource): void {
  if (resource?.typeUrl !== held.url) throw new Error(`unexpected type ${resource?.typeUrl}`);
  held.watch.apply(name, fromBinary(held.watch.schema, resource.value));
  held.versions.set(name, version);
}
