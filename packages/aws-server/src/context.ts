import type { Clock, EventLog, Hold, Ids, Transitions, WorkloadRuntime } from '@meshbed/core';
import type { Fabric } from '@meshbed/fabric';
import type { CredentialStore, Principal, SessionStore, StateClass, Stores } from './accounts/index.ts';
import type { Check } from './authorization/index.ts';
import type { AwsError } from './errors.ts';
import type { ImageCatalogue, KubernetesHost, ServiceAccountSubject } from './hosts.ts';
import type { Upgrades } from './http.ts';
import type { Protocol } from './wire/index.ts';

/** What all services of one sandbox share. */
export interface World {
  fabric: Fabric;
  clock: Clock;
  ids: Ids;
  log: EventLog;
  /** Used where a call names no region. */
  region: string;
  /** Accounts by id; calls can't create any. */
  accountIds: ReadonlySet<string>;
  stores: Stores;
  credentials: CredentialStore;
  sessions: SessionStore;
  transitions: Transitions;
  runtime: WorkloadRuntime;
  kubernetes: KubernetesHost;
  images: ImageCatalogue;
  faults?: Faults | undefined;
  /** WebSocket requests on the server's port, by path prefix. */
  upgrades: Upgrades;
  /** What services started and must end with the server. */
  atEnd: AsyncDisposableStack;
  /** `http://127.0.0.1:port`, known when the server listens. */
  url(): string;
  /** Calls an operation as `principal` with the checks of a call over HTTP. */
  invoke: Invoke;
  /** The first check that `principal` does not pass decides. @throws AwsError in the form of the service's protocol. */
  authorize(principal: Principal, checks: readonly Check[], protocol?: Protocol): void;
}

/** Output is typed by the caller; it is what the operation's handler returned. */
export type Invoke = <Output = Record<string, unknown>>(
  principal: Principal,
  service: string,
  operation: string,
  input: object,
  region?: string,
) => Promise<Output>;

/** A call that is in order, about to be done. */
export interface PermittedCall {
  /** `ec2` */
  service: string;
  operation: string;
  input: Readonly<Record<string, unknown>>;
  context: Context;
}

/** What goes wrong in a cloud although nothing is wrong with a call. Each is asked at the moment when it matters. */
export interface Faults {
  /** The error that a call fails with, perhaps after a while; undefined lets it pass. */
  call?(call: PermittedCall): AwsError | undefined | Promise<AwsError | undefined>;
  /** Whether the caller's credentials count as expired. */
  expired?(principal: Principal): boolean;
  hold?: Hold;
  /** Milliseconds until the rest of AWS knows of a change of the role; 0 leaves it to the profile. */
  propagationMs?(roleArn: string): number;
  /** The role whose credentials a pod gets; normally the one of its association. */
  podRole?(pod: ServiceAccountSubject & { cluster: string }, roleArn: string): string;
}

/** One call. */
export interface Context {
  account: string;
  region: string;
  principal: Principal;
  requestId: string;
  world: World;
  /** The service's own state of the caller's account and region. */
  state<State>(kind: StateClass<State>): State;
  /** The same for a global service. */
  globalState<State>(kind: StateClass<State>): State;
}
