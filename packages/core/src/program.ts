/** The contract between the runtime and the programs that images stand for (echo, ztunnel, pilot, …). */
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { Clock } from './clock.ts';

/** Runs until it ends by itself or `signal` aborts; returns the exit code. */
export type Program = (context: ProgramContext) => Promise<number>;

export interface ProgramContext {
  /** Entry point arguments and command, without the program's own name. */
  argv: readonly string[];
  env: Readonly<Record<string, string>>;
  /** A mounted file's content now; undefined when there is no such file. */
  readFile: (path: string) => string | undefined;
  hostname: string;
  network: WorkloadNetwork;
  /** Only for pods on the host's network: what lives on the same node. */
  node?: NodeHost;
  /** What people type to it; most have none. */
  stdin?: Readable;
  clock: Clock;
  log: (line: string) => void;
  /** Reports whether the program's own health command would succeed (`ztunnel healthcheck`). */
  setHealthy: (healthy: boolean) => void;
  signal: AbortSignal;
}

/** An address as seen by the other end. */
export interface Peer {
  ip: string;
  port: number;
}

/** A workload's network namespace. */
export interface WorkloadNetwork {
  readonly ip: string;
  readonly eniId: string;
  /**
   * Accepts connections to `port` of the workload's address (and of 127.0.0.1 inside the workload).
   * `loopback: true` accepts only from inside. `address` listens on a link-local address of the node instead.
   * @throws Error with code EADDRINUSE when the port is taken.
   */
  listen(port: number, accept: (socket: Socket, peer: Peer) => void, options?: ListenOptions): Promise<AsyncDisposable>;
  /**
   * What an application's connect() does: 127.0.0.1 stays inside; captured by a redirect when one is installed;
   * otherwise the plain network. Rejects with ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH or ENOTFOUND in `code`.
   */
  connect(host: string, port: number, options?: ConnectOptions): Promise<Socket>;
  /** Past the redirect: what ztunnel itself uses. */
  connectDirect(host: string, port: number, options?: ConnectOptions): Promise<Socket>;
  /** Addresses of a name by the VPC's (and the cluster's) resolver, past any redirect; empty when unknown. */
  resolve(name: string): Promise<readonly string[]>;
  /** Installed by the mesh's node agent; undefined while the workload is not captured. */
  redirect: Redirect | undefined;
}

export interface ListenOptions {
  loopback?: boolean;
  address?: string;
  /** Never taken by a redirect: the proxy's own ports (15008, 15021). */
  unredirected?: boolean;
}

export interface ConnectOptions {
  signal?: AbortSignal;
  timeoutMs?: number;
}

/** Traffic redirection of one workload, as istio-cni installs it for an enrolled pod. */
export interface Redirect {
  /** Takes an application's connection to `host:port`; returns the application's end. Connecting always succeeds, refusals show later as a reset. */
  outbound(host: string, port: number): Promise<Socket>;
  /** Takes a plaintext connection that arrived for `port`; calls `admit` to reach the application. */
  inbound(socket: Socket, peer: Peer, port: number): void;
}

/** A node: its pods, for agents on the host's network. */
export interface NodeHost {
  readonly name: string;
  pods(): readonly LocalPod[];
  /** Called on every change of the set of pods. */
  onChange(listener: () => void): Disposable;
  /** A mailbox between agents of one node, in place of their unix sockets. */
  readonly channels: Map<string, unknown>;
}

export interface LocalPod {
  namespace: string;
  name: string;
  uid: string;
  network: WorkloadNetwork;
}
