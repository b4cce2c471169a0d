import type { Clock, EventLog, Ids, Transitions } from '@meshbed/core';
import type { Fabric } from '@meshbed/fabric';
import type { Operations } from './arm/operations.ts';
import type { ResourceStore } from './arm/store.ts';
import type { AksState } from './container-service/state.ts';
import type { Directory } from './entra/directory.ts';
import type { TokenAuthority } from './entra/tokens.ts';
import type { ArmError } from './errors.ts';
import type { KubernetesHost } from './hosts.ts';

/** What all resource providers of one sandbox share. */
export interface World {
  fabric: Fabric;
  clock: Clock;
  ids: Ids;
  log: EventLog;
  directory: Directory;
  tokens: TokenAuthority;
  resources: ResourceStore;
  operations: Operations;
  transitions: Transitions;
  kubernetes: KubernetesHost;
  aks: AksState;
  /** Namespaces in lower case that a subscription can use: `SUBSCRIPTION microsoft.network`. */
  registered: Set<string>;
  /** Virtual cores that a subscription may use in one region. */
  coreQuota: number;
  faults: Faults | undefined;
  calls: CallFaults | undefined;
  /** `https://localhost:port` */
  url: () => string;
}

/** A permitted change, about to be accepted (`accept`) or, accepted, about to be done (`operation`). */
export interface Change {
  when: 'accept' | 'operation';
  /** `PUT`, `DELETE` */
  method: string;
  /** Resource id. */
  id: string;
}

/** The error that a change fails with although nothing is wrong with it; undefined lets it pass. */
export type Faults = (change: Change) => ArmError | undefined;

/** A permitted call, about to be done. */
export interface PermittedCall {
  method: string;
  /** Of what it is about: a resource, a group, a collection. */
  id: string;
  subscription: string;
  /** Application id of the caller. */
  caller: string;
}

/** The error that a call fails with, perhaps after a while; undefined lets it pass. */
export type CallFaults = (call: PermittedCall) => Promise<ArmError | undefined>;
