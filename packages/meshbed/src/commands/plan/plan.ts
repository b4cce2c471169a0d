import { planOf, type Plan } from '@meshbed/runner/plan';
import { stages } from '@meshbed/sandbox/timing';
import { paintFor } from '../../view/paint.ts';
import { refuseExpensive, type RunFlags } from '../options.ts';
import { configured, selectionOf } from '../run.ts';
import { planText } from './render.ts';

export async function planCommand(scenario: string | undefined, flags: RunFlags): Promise<void> {
  const plan = planFor(configured(scenario, flags), flags);
  process.stdout.write(flags.json ? `${JSON.stringify(plan, null, 2)}\n` : planText(plan, paintFor(process.stdout)));
  await refuseExpensive(plan, flags);
}

/** With the durations that the sandbox's profile `real` has. */
export function planFor({ scenario, loaded: { configuration } }: ReturnType<typeof configured>, flags: RunFlags): Plan {
  return planOf({ scenario, configuration, stages, selection: selectionOf(flags) });
}
