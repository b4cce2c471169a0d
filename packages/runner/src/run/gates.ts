import type { Clock } from '@meshbed/core';
import type { RunEvent } from '../events.ts';
import type { Gates } from '../graph/graph.ts';
import type { StepId } from '../steps/types.ts';

export interface Teller {
  step: StepId;
  emit: (event: RunEvent) => void;
  clock: Clock;
}

/** Gates that tell when they are reached, and when a step had to wait for one. */
export function noted(gates: Gates, { step, emit, clock }: Teller): Gates {
  const reached = new Set<string>();
  return {
    reach(milestone) {
      if (reached.has(milestone)) return;
      reached.add(milestone);
      emit({ kind: 'milestone-reached', step, milestone, atMs: clock.now() });
      gates.reach(milestone);
    },
    async after(need) {
      const sinceMs = clock.now();
      await gates.after(need);
      if (clock.now() > sinceMs) emit({ kind: 'step-resumed', step, after: need, atMs: clock.now() });
    },
  };
}
