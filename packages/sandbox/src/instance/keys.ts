import type { Ids } from '@meshbed/core';

/**
 * Access keys of the sandbox: the length and letters that clients check, but no key of the real cloud, and one can see
 * it. Made anew for every instance.
 */
export function createAccessKey(ids: Ids): { accessKeyId: string; secretAccessKey: string } {
  return {
    accessKeyId: `AKIAMESHBED${ids.alphanumeric(9)}`,
    secretAccessKey: `not-a-real-secret/${ids.alphanumeric(22)}`,
  };
}
