import { MeshbedError } from '@meshbed/core';

const timings = ['instant', 'fast', 'real'] as const;
export type Timing = (typeof timings)[number];

/** @throws MeshbedError `user/unknown-timing` */
export function timingNamed(name: string = 'fast'): Timing {
  const found = timings.find((each) => each === name);
  if (found) return found;
  throw new MeshbedError('user/unknown-timing', `there is no timing ${name}`, {
    next: `choose one of: ${timings.join(', ')}`,
  });
}
