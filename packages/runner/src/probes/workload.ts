import type { Outcome } from './outcome.ts';

/** A workload that tests call from. */
export interface Caller {
  /** For people: `EKS pod default/eks-shell-…`. */
  name: string;
  /** SPIFFE identity that its proxy must show. */
  identity: string;
  /** As explain calls it: `ecs/CLUSTER/SERVICE`, `eks/NAMESPACE/NAME`. */
  path: string;
  /** One request over a fresh connection; it is given up after some seconds, or those given. */
  request(url: string, maxSeconds?: number): Promise<Outcome>;
}

/** A service that tests call. */
export interface Destination {
  host: string;
  port: number;
  /** Address of the host in the mesh. */
  address(): Promise<string | undefined>;
  identity: string;
  /** Looks at the workloads that may answer for it now, and follows what their ztunnels write from now on. */
  watch(): Promise<Watch>;
  /** Follows what the gateways of both networks write; only for callers in another network. */
  gateways?(): Promise<{ into: GatewayWatch; own: GatewayWatch }>;
}

export interface GatewayWatch {
  /** Into which it leads. */
  network: string;
  /** Where others reach it, `host:port`. */
  address: string;
  /** Lines that its pods wrote since. */
  added(): Promise<readonly { pod: string; line: string }[]>;
}

export interface Watch {
  workloads: readonly Answering[];
  /** Lines that their ztunnels wrote since. */
  added(): Promise<readonly string[]>;
}

export interface Answering {
  /** For people. */
  name: string;
  /** Names that it may give itself in an answer. */
  hostnames: readonly string[];
  /** In its own network. */
  ip: string;
}
