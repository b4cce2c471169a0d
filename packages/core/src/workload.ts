/**
 * The contract between the control planes (ECS, the kubelet) and the runtime: a workload is a set of containers that
 * share one network interface. A task and a pod are both workloads; neither control plane knows what an image runs.
 */
import type { Readable, Writable } from 'node:stream';

export type DependencyCondition = 'START' | 'COMPLETE' | 'SUCCESS' | 'HEALTHY';

export interface HealthCheck {
  /** A command run in the container, or a request or a TCP connection to one of its ports. */
  test: { command: readonly string[] } | { httpGet: { path: string; port: number } } | { tcpPort: number };
  intervalMs: number;
  timeoutMs: number;
  retries: number;
  startPeriodMs: number;
}

export interface ContainerSpec {
  name: string;
  image: string;
  /** Replaces the image's entry point. */
  entryPoint?: readonly string[];
  /** Arguments, or the whole command when the image has no entry point. */
  command?: readonly string[];
  env: Readonly<Record<string, string>>;
  /** Ports the container declares; documentation only, as in the clouds. */
  ports: readonly number[];
  dependsOn: readonly { container: string; condition: DependencyCondition }[];
  healthCheck?: HealthCheck;
  /** Mounted files, absolute path → content at the moment of reading. */
  files: ReadonlyMap<string, () => string>;
  /** What people type to the main process; most have none. */
  stdin?: Readable;
}

export interface WorkloadSpec {
  /** Unique in the sandbox: a task ARN or `cluster/namespace/pod`. */
  id: string;
  hostname: string;
  /** Where its addresses are; a host-network pod gives its node's. */
  network: NetworkPlace;
  containers: readonly ContainerSpec[];
  /** Link-local HTTP services visible only inside (task credentials), `address:port` → handler. */
  linkLocal: ReadonlyMap<string, LinkLocalService>;
}

export interface NetworkPlace {
  eniId: string;
  ip: string;
  /** The node a pod runs on: pods of one node share the node's agents. Tasks have none. */
  nodeName?: string;
  hostNetwork?: boolean;
}

export type LinkLocalService = (request: {
  method: string;
  path: string;
  headers: Readonly<Record<string, string>>;
}) => Promise<{ status: number; body: string; contentType: string }>;

export type Health = 'UNKNOWN' | 'HEALTHY' | 'UNHEALTHY';

export type ContainerState =
  | { phase: 'waiting'; reason: string; message: string }
  | { phase: 'running'; startedAtMs: number; health: Health }
  | { phase: 'exited'; exitCode: number; reason: string; message: string; finishedAtMs: number };

/** Told about every change, in order. */
export interface WorkloadObserver {
  containerChanged(container: string, state: ContainerState): void;
  log(container: string, line: string): void;
}

export interface RunningWorkload {
  states(): ReadonlyMap<string, ContainerState>;
  /** Starts one container again after it exited (the kubelet's restart policy). */
  restart(container: string): void;
  /** A command in a running container, as a real child process. */
  exec(container: string, command: readonly string[], options: ExecOptions): ExecSession;
  /** A connection to a port inside the workload, not passing the network (port-forward). */
  connectInside(port: number): Promise<import('node:net').Socket>;
  /** Ends every container: SIGTERM, then SIGKILL after `graceMs`. Resolves when nothing is left. */
  stop(graceMs: number): Promise<void>;
}

export interface ExecOptions {
  tty: boolean;
  size?: { columns: number; rows: number };
}

export interface ExecSession {
  stdin: Writable;
  stdout: Readable;
  /** Empty with a tty. */
  stderr: Readable;
  resize(size: { columns: number; rows: number }): void;
  kill(): void;
  /** The exit code; 126 and 127 as a shell gives them when the command can't start. */
  exited: Promise<number>;
  /** After it ended: whether the code is of a command that never ran. */
  readonly failedToStart?: boolean;
}

/** Implemented by the sandbox's runtime, called by ECS and by the kubelet. */
export interface WorkloadRuntime {
  /**
   * Starts the containers in the order of their dependencies and keeps reporting through `observer`. An image that is
   * not in the catalogue shows as a container that exits with reason `CannotPullContainerError`, never as an exception.
   */
  start(spec: WorkloadSpec, observer: WorkloadObserver): RunningWorkload;
}
