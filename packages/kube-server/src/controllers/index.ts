import type { CreateControllers } from '../server/options.ts';

/** Replaced by the controllers, scheduler and kubelet. */
export const createControllers: CreateControllers = () => ({ [Symbol.asyncDispose]: () => Promise.resolve() });
