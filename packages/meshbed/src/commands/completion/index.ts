import { Argument, type Command } from 'commander';
import { shells, type Shell } from './shells.ts';

/** `completion SHELL`: made of the command table itself, so that it can't be out of date. */
export function addCompletion(program: Command): void {
  program
    .command('completion')
    .helpGroup('Configuration:')
    .summary('a script that completes commands, options and names in your shell')
    .description(
      'Prints a completion script:\n  bash  source <(meshbed completion bash)\n  zsh   source <(meshbed completion zsh)\n  fish  meshbed completion fish | source',
    )
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(shells)))
    .action(async (shell: Shell) => {
      const { tableOf } = await import('./table.ts');
      process.stdout.write(shells[shell](tableOf(program)));
    });
}
