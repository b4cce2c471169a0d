import type { Origin } from '../network/security-groups.ts';
import type { Outcome } from './outcome.ts';

/** A workload that tests call from. */
export interface Caller {
  /** For people: `EKS pod default/eks-shell-…`. */
  name: string;
  /** SPIFFE identity that its proxy must show. */
  identity: string;
  origin(): Promise<Origin>;
  /** One request over a fresh connection. */
  request(url: string): Promise<Outcome>;
}

/** A service that tests call, with the workloads that may answer for it. */
export interface Destination {
  host: string;
  port: number;
  /** Address of the host in the mesh. */
  address(): Promise<string | undefined>;
  identity: string;
  /** Names of a workload as it may give them in an answer, and its name for people. */
  workloads(): Promise<{ name: string; hostnames: readonly string[] }[]>;
  /** Lines that the ztunnels of the workloads wrote lately. */
  ztunnelLines(): Promise<string[]>;
  /** Why connections to it may time out, when a security group lacks a rule for them. */
  closedGroup(origin: Origin): Promise<string | undefined>;
}
