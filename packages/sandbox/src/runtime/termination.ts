/** Why a container's signal aborts: it is told to end, and `killed` aborts when its grace period is over. */
export class Termination extends Error {
  readonly killed: AbortSignal;

  constructor(killed: AbortSignal) {
    super('the container is told to end');
    this.killed = killed;
  }
}

/** Exit codes as a shell reports processes that signals ended. */
export const exitCodes = { sigterm: 143, sigkill: 137 } as const;

export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
