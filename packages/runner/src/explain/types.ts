/** The answer to "may X talk to Y": every object that has a say, in the order in which a connection meets them. */
import type { DropReason, UnreachableReason } from '@meshbed/policy/network';

export interface Explanation {
  /** The caller, as it was asked for. */
  from: string;
  /** `host:port` */
  to: string;
  verdict: 'allowed' | 'denied';
  via: 'hbone' | 'plaintext' | 'none';
  hops: readonly Hop[];
  /** Why it is denied. */
  cause?: Cause;
  /** What is not as it should be although the connection gets there. */
  warnings: readonly Cause[];
}

export interface Hop {
  step: Step;
  /** Id or name of the object that decides. */
  object: string;
  /** Account that the object is in; for objects of Kubernetes that of the cluster. */
  account: string;
  verdict: 'allow' | 'deny' | 'warn';
  says: string;
}

export type Step = 'caller' | 'name' | 'discovery' | 'endpoint' | 'network' | 'tunnel' | 'policy';

export interface Cause {
  reason: CauseReason;
  object: string;
  account: string;
  says: string;
  /** Commands that change it. */
  fix: readonly string[];
}

export type CauseReason =
  // discovery
  | 'istio-missing'
  | 'unknown-host'
  | 'discovery-tag-missing'
  | 'account-not-configured'
  | 'association-missing'
  | 'association-newer-than-istiod'
  | 'role-missing'
  | 'trust-missing'
  | 'assume-not-permitted'
  | 'tag-session-missing'
  | 'reading-not-permitted'
  | 'discovery-pending'
  // the host and what stands behind it
  | 'no-address'
  | 'unknown-port'
  | 'no-endpoint'
  | 'stale-endpoint'
  // being in the mesh
  | 'caller-not-running'
  | 'caller-not-enrolled'
  | 'destination-not-enrolled'
  | 'proxy-unhealthy'
  | 'role-mismatch'
  | 'waypoint'
  // other clusters of the mesh
  | 'remote-secret-missing'
  | 'remote-secret-refused'
  | 'not-global'
  | 'trust-domain-differs'
  | 'roots-differ'
  | 'network-label-missing'
  | 'gateway-missing'
  | 'gateway-without-address'
  | 'load-balancer-rule-missing'
  // policy
  | 'policy-denied'
  | 'policy-none-allowed'
  // the network
  | DropReason
  | UnreachableReason
  | 'peering-not-accepted'
  | 'cidr-conflict';
