import type { Clock, Ids } from '@meshbed/core';
import type { KubeObject } from '../objects/index.ts';
import type { FieldProblem } from './errors.ts';
import type { Store } from './store.ts';

export interface StrategyContext {
  store: Store;
  clock: Clock;
  ids: Ids;
}

/** What is special about writing one kind. `object` is a private copy that may be changed in place. */
export interface Strategy {
  /** Fills in what clients may leave out; idempotent. */
  defaults?(object: KubeObject): void;
  /** Before a create: initial status, allocations. */
  prepareForCreate?(object: KubeObject, context: StrategyContext): void;
  /** Before an update of the desired state (not of the status). */
  prepareForUpdate?(object: KubeObject, old: KubeObject, context: StrategyContext): void;
  validate?(object: KubeObject, old?: KubeObject): FieldProblem[];
}

export type Strategies = (resource: string) => Strategy;

export const noStrategies: Strategies = () => ({});
