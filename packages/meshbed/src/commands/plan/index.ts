import type { Command } from 'commander';
import { addOptions, addSettings, type RunFlags } from '../options.ts';

/** `plan [SCENARIO]`: what `run` would do, without doing any of it. */
export function addPlan(program: Command): void {
  const command = program
    .command('plan')
    .helpGroup('Scenarios:')
    .summary('what a run would create, how long it would take and what it would cost')
    .description(
      'Shows the steps in their order, what each would create in which account, typical durations and list prices in AWS.\nNothing is contacted or created.',
    )
    .argument('[scenario]', 'number of the scenario; default: the configured one');
  addSettings(addOptions(command, 'plan'), 'hidden')
    .optionsGroup('Output:')
    .option('--json', 'as JSON')
    .action(async (scenario: string | undefined, flags: RunFlags) =>
      (await import('./plan.ts')).planCommand(scenario, flags),
    );
}
