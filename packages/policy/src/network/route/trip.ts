import type { NetworkInterface, NetworkState } from '../model.ts';
import type { DropReason, Endpoint, Hop, HopKind, Origin, Target, UnreachableReason, Verdict } from '../verdict.ts';

/** A host beyond all VPCs, with its ports. */
export interface OutsideHost {
  names: readonly string[];
  ports: ReadonlyMap<number, number>;
}

/** What decides about a connection: the objects, who listens, and the hosts outside. */
export interface NetworkView extends NetworkState {
  listens(at: Origin, port: number): boolean;
  host(ip: string): OutsideHost | undefined;
}

/** The object that a hop is about. */
export interface Deciding {
  id: string;
  ownerId: string;
}

/** One connection attempt on its way: gathers the hops, ends in a verdict. */
export class Trip {
  readonly network: NetworkView;
  readonly source: NetworkInterface;
  readonly to: Target;
  /** What the other end will see: changes when a gateway translates it. */
  sourceIp: string;
  readonly #hops: Hop[] = [];

  constructor(network: NetworkView, source: NetworkInterface, sourceIp: string, to: Target) {
    this.network = network;
    this.source = source;
    this.sourceIp = sourceIp;
    this.to = to;
  }

  allow(what: HopKind, by: Deciding, reason: string): void {
    this.#hops.push({ object: by.id, ownerId: by.ownerId, what, verdict: 'allow', reason });
  }

  drop(drop: DropReason, what: HopKind, by: Deciding, reason: string): Verdict {
    const hop = this.#deny(what, by, reason);
    return { kind: 'dropped', reason: drop, by: hop, hops: this.#hops };
  }

  unreachable(unreachable: UnreachableReason, by: Deciding, reason: string): Verdict {
    const hop = this.#deny('route-table', by, reason);
    return { kind: 'unreachable', reason: unreachable, by: hop, hops: this.#hops };
  }

  refused(to: Endpoint, by: Deciding, reason: string): Verdict {
    const hop = this.#deny('listener', by, reason);
    return { kind: 'refused', to, sourceIp: this.sourceIp, by: hop, hops: this.#hops };
  }

  connected(to: Endpoint, by: Deciding, reason: string): Verdict {
    this.allow('listener', by, reason);
    return { kind: 'connected', to, sourceIp: this.sourceIp, hops: this.#hops };
  }

  #deny(what: HopKind, by: Deciding, reason: string): Hop {
    const hop: Hop = { object: by.id, ownerId: by.ownerId, what, verdict: 'deny', reason };
    this.#hops.push(hop);
    return hop;
  }
}
