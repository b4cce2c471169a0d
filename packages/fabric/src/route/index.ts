export { evaluate } from './evaluate.ts';
export { describeRoute, routeState, routeTableOf } from './tables.ts';
export type { NetworkView } from './trip.ts';
