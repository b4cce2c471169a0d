/** What makes a process of this machine work inside a sandbox, whichever process runs that; loads nothing else of it. */
export { type Egress, type EgressOptions, startEgress } from './egress/index.ts';
export type { MirroredDocument } from './egress/mirror.ts';
export { isExecutable } from './runtime/executable.ts';
export { Keeper } from './runtime/keeper.ts';
export { wrapAws } from './stand-ins/aws.ts';
