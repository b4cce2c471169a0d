import type { Command } from 'commander';
import { addOptions, addSettings } from '../options.ts';
import type { DoctorFlags } from './doctor.ts';

/** `doctor`: what a run would stumble over. */
export function addDoctor(program: Command): void {
  const command = program
    .command('doctor')
    .helpGroup('Questions:')
    .summary('what of this machine and of the accounts a run would stumble over, and how to fix it')
    .description(
      'Looks at tools and their versions, credentials, clock, permissions, quotas, names and address ranges. Changes\nnothing. Without a running sandbox and without --target cloud only this machine is looked at.\nExit code 0: no problem; 2 credentials, 3 this machine, 4 the accounts.',
    )
    .argument('[scenario]', 'whose needs; default: the configured one, else 3')
    .option('--scenario <number>', 'the same')
    .option('--json', 'every finding as JSON');
  addSettings(addOptions(command, 'doctor'), 'hidden').action(
    async (scenario: string | undefined, flags: DoctorFlags) =>
      (await import('./doctor.ts')).doctorCommand(scenario, flags),
  );
}
