export type { DeleteOptions, Deletion } from './deletion.ts';
export { ApiError, type FieldProblem, type Reason, type StatusDetails } from './errors.ts';
export type { WatchEvent } from './history.ts';
export { copyJson, freezeJson, isRecord, sameJson, timestamp } from './json.ts';
export { type ListOptions, Store, type StoreOptions, type WriteOptions } from './store.ts';
export type { Strategies, Strategy, StrategyContext } from './strategy.ts';
