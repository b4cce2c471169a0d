export { controlClient, type ControlAccess, type ControlClient, type Health } from './client.ts';
export type { ClockFacts } from './clock.ts';
export type { LoggedRequest } from './events.ts';
export { faultKinds, type FaultField, type FaultKind, type FaultRule } from '../faults/kinds.ts';
export type { Fault } from '../faults/index.ts';
