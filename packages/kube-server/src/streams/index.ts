import type { SubresourceHandlers } from '../server/subresource.ts';

/** Replaced by exec, attach, log and port-forward of pods. */
export const streamHandlers: SubresourceHandlers = {};
