import type { Socket } from 'node:net';
import {
  type NetworkView,
  type Origin,
  type SecurityGroup,
  type Target,
  traceConnection,
  type Verdict,
} from '@meshbed/policy/network';
import { type Cut, cutVerdict } from './cuts.ts';
import { silence } from './loopback/silence.ts';

/** A connection that has come about, with those of its ends that are in this process. */
export interface Flow {
  from: Origin;
  to: Target;
  /** Whether it leads out of its VPC: inside there always is a route. */
  leaves: boolean;
  ends: readonly Socket[];
}

/**
 * Connections under way. Every packet needs the routes, both ways, and is lost in silence
 * while they are missing; security groups track connections, and leave alone what they once let pass.
 */
export class Flows {
  readonly #silenced = new Map<Flow, Disposable[]>();
  readonly #flows = new Set<Flow>();

  track(flow: Flow): void {
    this.#flows.add(flow);
    flow.ends[0]?.once('close', () => {
      this.#flows.delete(flow);
      this.#hear(flow); // the other end is told that this one is gone, as it would be at the latest by its keep-alive
    });
  }

  /** Asks again for each whether its packets get there, by the objects as they are now. */
  reroute(view: NetworkView, cuts: ReadonlyMap<string, Cut>): void {
    const tracked = { ...view, securityGroups: everybody, listens: () => true };
    for (const flow of this.#flows) {
      if (!flow.leaves && cuts.size === 0) this.#hear(flow);
      else if (isOnItsWay(cutVerdict(traceConnection(tracked, flow.from, flow.to), flow, cuts))) this.#hear(flow);
      else if (!this.#silenced.has(flow)) this.#silenced.set(flow, flow.ends.map(silence));
    }
  }

  #hear(flow: Flow): void {
    for (const silenced of this.#silenced.get(flow) ?? []) silenced[Symbol.dispose]();
    this.#silenced.delete(flow);
  }
}

/** Interfaces that are gone have ended their connections themselves. */
const endedBy = new Set<string>(['source-missing', 'address-unused']);

const isOnItsWay = (verdict: Verdict): boolean =>
  (verdict.kind !== 'dropped' && verdict.kind !== 'unreachable') || endedBy.has(verdict.reason);

/** Every group lets everything pass. */
class Everybody extends Map<string, SecurityGroup> {
  override get(id: string): SecurityGroup {
    const all = { protocol: '-1', fromPort: 0, toPort: 65_535, source: { cidr: '0.0.0.0/0' } } as const;
    const rules = (['ingress', 'egress'] as const).map((direction) => ({ id: `all-${direction}`, direction, ...all }));
    return { id, ownerId: '', rules };
  }
}

const everybody: ReadonlyMap<string, SecurityGroup> = new Everybody();
