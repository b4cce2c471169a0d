/** Follows a connection attempt through the network's objects. */
export { describeRoute, type Lookup, lookUpRoute, routeState, routeTableOf } from './tables.ts';
export { traceConnection } from './trace.ts';
export type { NetworkView, OutsideHost } from './trip.ts';
