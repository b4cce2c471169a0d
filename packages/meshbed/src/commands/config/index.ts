import type { Command } from 'commander';
import { addOptions, addSettings } from '../options.ts';

const examples = `
Examples:
  $ meshbed config init                       write meshbed.yaml, everything in it explained
  $ meshbed config init -c old.sh new.yaml    the same with the values of a shell file
  $ meshbed config check -c demo.sh           what is wrong with a file; nothing is run
  $ meshbed config show --origin              every value, and which flag, variable or line it is from
  $ meshbed config schema > meshbed.schema.json

What is set wins in this order: flag, environment, file, default. Every setting is also a flag of run and demo.
`;

/** The command table only names the commands; their module loads when one runs. */
export function addConfig(program: Command): void {
  const config = program
    .command('config')
    .helpGroup('Configuration:')
    .summary('write, show and check configurations')
    .description('Writes, shows and checks configurations: YAML files, or shell files, which are read and never run.')
    .addHelpText('after', examples);
  const commands = () => import('./commands.ts');
  const withSettings = (name: string) => addSettings(addOptions(config.command(name), 'config'), 'shown');
  withSettings('show')
    .summary('print the configuration that a run would have')
    .option('--origin', 'one line per setting, with where its value is from')
    .option('--json', 'values and origins as JSON')
    .action(async (flags: Record<string, unknown>) => (await commands()).show(flags));
  withSettings('check')
    .summary('say what is wrong with the configuration')
    .option('--cloud', 'also what a run in real accounts needs')
    .action(async (flags: Record<string, unknown>) => (await commands()).check(flags));
  withSettings('init')
    .summary('write a configuration file')
    .argument('[file]', 'name of the new file, - for standard output', 'meshbed.yaml')
    .option('--scenario <number>', 'only what this scenario looks at')
    .option('--shell', 'a shell file instead of YAML')
    .option('--force', 'overwrite the file')
    .action(async (file: string, flags: Record<string, unknown>) => (await commands()).init(file, flags));
  config
    .command('schema')
    .summary('print the JSON Schema of the YAML file')
    .action(async () => (await commands()).schema());
}
