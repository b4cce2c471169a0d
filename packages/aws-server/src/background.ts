import { messageOf } from '@meshbed/core';
import type { World } from './context.ts';

/** Lets `work` go on after the call that began it was answered; what it throws is logged, there is nobody to tell. */
export function inBackground({ log }: World, area: string, work: Promise<unknown>): void {
  work.catch((error: unknown) => log.write(area, 'failed in the background', { message: messageOf(error) }));
}
