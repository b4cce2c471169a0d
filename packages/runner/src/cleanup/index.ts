/** Takes away what runs leave behind: an inventory, deletions in the order that works, and a last look. */
export { cleanUp, cleanupExitCodes, type CleanupOptions, type CleanupPlan, type CleanupResult } from './clean-up.ts';
export type { CleanupEvent } from './events.ts';
export { kinds } from './kinds/index.ts';
export type { Fate, Found, Kind, KindId, Left, Unseen } from './types.ts';
