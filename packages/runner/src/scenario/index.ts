import { MeshbedError, suggestion } from '@meshbed/core';
import { scenario1 } from './scenario1.ts';
import { scenario2 } from './scenario2.ts';
import { scenario3 } from './scenario3.ts';
import { scenario4 } from './scenario4.ts';
import type { Scenario } from './types.ts';

export { withMatrix } from './matrix.ts';
export type * from './types.ts';

export const scenarios: readonly Scenario[] = [scenario1, scenario2, scenario3, scenario4];

/** @throws MeshbedError `user/unknown-scenario` */
export function scenarioNumbered(text: string): Scenario {
  const found = scenarios.find(({ number }) => String(number) === text);
  if (found) return found;
  const known = scenarios.map(({ number, title }) => `${number} (${title})`).join(', ');
  throw new MeshbedError('user/unknown-scenario', `there is no scenario ${text}`, { next: `choose one of: ${known}` });
}

/** The place of a step named `istio_install` or numbered `5`. @throws MeshbedError `user/unknown-step` */
export function stepIndex({ steps }: Scenario, text: string): number {
  const index = /^\d+$/.test(text) ? Number(text) - 1 : steps.findIndex(({ id }) => id === text);
  if (steps[index] !== undefined) return index;
  const ids = steps.map(({ id }) => id);
  const choice = `choose a number from 1 to ${steps.length} or one of: ${ids.join(', ')}`;
  const next = [suggestion(text, ids), choice].filter((part) => part !== '').join(' ');
  throw new MeshbedError('user/unknown-step', `there is no step ${text.trim() === '' ? JSON.stringify(text) : text}`, {
    next,
  });
}
