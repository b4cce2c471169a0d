/** Delta-xDS, server side. */
import type { IncomingHttpHeaders } from 'node:http2';
import { create, toBinary } from '@bufbuild/protobuf';
import type { Clock } from '@meshbed/core';
import { bidi, frame, type Route, type ServerCall } from '../grpc/index.ts';
import {
  AggregatedDiscoveryService,
  type DeltaDiscoveryRequestSchema,
  DeltaDiscoveryResponseSchema,
  type Resource,
} from '../proto/gen/envoy/discovery_pb.ts';
import type { Node } from '../proto/gen/envoy/node_pb.ts';
import { Connection } from './connection.ts';
import type { ResourceType } from './resources.ts';

export interface XdsServerOptions {
  /** In the order in which they are pushed: Authorization before Address, or a new workload runs a moment without its policy. */
  types: readonly ResourceType[];
  clock: Clock;
  /** A push happens this long after the last change, */
  quietMs: number;
  /** and at the latest this long after the first. */
  maxWaitMs: number;
  /** Throws a GrpcError to refuse a stream; called with its first request, before anything is sent. */
  authorize(headers: IncomingHttpHeaders, node: Node | undefined): Promise<void>;
}

type Call = ServerCall<typeof DeltaDiscoveryRequestSchema, typeof DeltaDiscoveryResponseSchema>;

export class XdsServer {
  readonly connections: Set<Connection> = new Set();
  readonly #options: XdsServerOptions;
  #revision = 0;
  readonly #encoded = new Map<string, Buffer>();
  #firstChangeMs = 0;
  #lastChangeMs: number | undefined;

  constructor(options: XdsServerOptions) {
    this.#options = options;
    for (const type of options.types) type.onChange = () => this.#changed();
  }

  get route(): Route {
    return bidi(AggregatedDiscoveryService.method.deltaAggregatedResources, (call) => this.#serve(call));
  }

  async #serve(call: Call): Promise<void> {
    const { types } = this.#options;
    const connection = new Connection({
      types,
      send: (bytes) => call.sendFrame(bytes),
      encode: (type, names) => this.#encode(type, names),
    });
    call.signal.addEventListener('abort', () => connection.close());
    const sender = connection.run();
    try {
      let admitted = false;
      for await (const request of call.requests) {
        if (!admitted) await this.#admit(connection, call.headers, request.node);
        admitted = true;
        connection.receive(request);
      }
    } finally {
      connection.close();
      this.connections.delete(connection);
    }
    await sender;
  }

  async #admit(connection: Connection, headers: IncomingHttpHeaders, node: Node | undefined): Promise<void> {
    await this.#options.authorize(headers, node);
    connection.nodeId = node?.id ?? '';
    connection.metadata = node?.metadata ?? {};
    this.connections.add(connection);
  }

  #changed(): void {
    const { clock, quietMs } = this.#options;
    const waiting = this.#lastChangeMs !== undefined;
    this.#lastChangeMs = clock.now();
    if (waiting) return;
    this.#firstChangeMs = this.#lastChangeMs;
    clock.after(quietMs, () => this.#pushWhenQuiet());
  }

  #pushWhenQuiet(): void {
    const { clock, quietMs, maxWaitMs } = this.#options;
    const due = Math.min((this.#lastChangeMs ?? 0) + quietMs, this.#firstChangeMs + maxWaitMs);
    if (clock.now() < due) {
      clock.after(due - clock.now(), () => this.#pushWhenQuiet());
      return;
    }
    this.#lastChangeMs = undefined;
    this.#push();
  }

  #push(): void {
    this.#revision++;
    this.#encoded.clear();
    for (const type of this.#options.types) {
      const changed = type.takeChanges();
      for (const { subscriptions } of this.connections) subscriptions.get(type.url)?.mark(changed);
    }
    for (const connection of this.connections) connection.wake();
  }

  /** The same names in the same revision give the same bytes: many equal subscribers cost one encoding. */
  #encode(type: ResourceType, names: ReadonlySet<string>): { bytes: Buffer; nonce: string } {
    const nonce = `r${this.#revision}`;
    const key = `${type.url}|${[...names].join('|')}`;
    const bytes = this.#encoded.get(key) ?? response(type, names, { nonce, systemVersionInfo: String(this.#revision) });
    this.#encoded.set(key, bytes);
    return { bytes, nonce };
  }
}

function response(type: ResourceType, names: ReadonlySet<string>, about: { nonce: string; systemVersionInfo: string }) {
  const resources: Resource[] = [];
  const removedResources: string[] = [];
  for (const name of names) {
    const resource = type.resources.get(name);
    if (resource) resources.push(resource);
    else removedResources.push(name);
  }
  const message = create(DeltaDiscoveryResponseSchema, { typeUrl: type.url, ...about, resources, removedResources });
  return frame(toBinary(DeltaDiscoveryResponseSchema, message));
}
