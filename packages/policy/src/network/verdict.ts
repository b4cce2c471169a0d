/** The outcome of a connection attempt, with every object that had a say. */

export type HopKind =
  | 'interface'
  | 'route-table'
  | 'security-group'
  | 'peering'
  | 'internet-gateway'
  | 'nat-gateway'
  | 'outbound-rule'
  | 'address'
  | 'host'
  | 'listener'
  | 'fault';

/** One object on the way and what it said; `reason` is a sentence naming the rule or route. */
export interface Hop {
  /** Id of the object that decided. */
  object: string;
  /** Account of the object; empty for what belongs to nobody. */
  ownerId: string;
  what: HopKind;
  verdict: 'allow' | 'deny';
  reason: string;
}

/** Where a connection starts: an address of an interface. */
export interface Origin {
  eniId: string;
  ip: string;
}

export interface Target {
  ip: string;
  port: number;
  protocol?: 'tcp';
}

export type Endpoint =
  | { kind: 'interface'; eniId: string; ip: string; port: number }
  | { kind: 'host'; name: string; ip: string; port: number };

export type DropReason =
  | 'blackhole-route'
  | 'security-group-egress'
  | 'security-group-ingress'
  | 'return-route-missing'
  | 'public-address-missing'
  | 'nat-gateway-unavailable'
  | 'nat-gateway-without-internet'
  | 'internet-gateway-missing'
  | 'address-unused'
  | 'private-address'
  | 'target-unmodelled'
  | 'fault';

export type UnreachableReason = 'route-missing' | 'route-table-missing' | 'source-missing';

/**
 * `connected` and `refused` reached `to`; `sourceIp` is the address that the other end sees.
 * `dropped` is silent for the caller, `unreachable` and `refused` are told at once. `by` is the deciding hop.
 */
export type Verdict =
  | { kind: 'connected'; to: Endpoint; sourceIp: string; hops: readonly Hop[] }
  | { kind: 'refused'; to: Endpoint; sourceIp: string; by: Hop; hops: readonly Hop[] }
  | { kind: 'dropped'; reason: DropReason; by: Hop; hops: readonly Hop[] }
  | { kind: 'unreachable'; reason: UnreachableReason; by: Hop; hops: readonly Hop[] };

/** Lines for a person: one per hop, the outcome last. */
export function describeVerdict(verdict: Verdict): string[] {
  const lines = verdict.hops.map((hop) => `${hop.verdict === 'allow' ? '✓' : '✗'} ${hop.reason}`);
  return [...lines, outcome(verdict)];
}

function outcome(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'connected':
      return `connected, seen as ${verdict.sourceIp}`;
    case 'refused':
      return `connection refused by ${verdict.to.ip}:${verdict.to.port}`;
    case 'dropped':
      return `dropped in silence by ${verdict.by.object} (${verdict.reason})`;
    case 'unreachable':
      return `unreachable, says ${verdict.by.object} (${verdict.reason})`;
  }
}
