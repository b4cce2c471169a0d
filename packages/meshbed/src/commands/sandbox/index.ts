import { InvalidArgumentError, type Command } from 'commander';
import { addOptions, addSettings } from '../options.ts';
import type { UpFlags } from './up.ts';

/** `sandbox up|down|status`: a sandbox that outlives one command. */
export function addSandbox(program: Command): void {
  const sandbox = program
    .command('sandbox')
    .helpGroup('Sandbox:')
    .summary('a sandbox that stays: up, down, status')
    .description('Starts, ends and lists sandboxes that other commands find with --instance.');
  addSettings(addOptions(sandbox.command('up'), 'sandbox'), 'hidden')
    .description('Starts a sandbox; it runs until Ctrl-C or `meshbed sandbox down`.')
    .option('-d, --detach', 'in the background; returns when it is ready')
    .option('--port <number>', 'of the AWS APIs; default: a free one', portNumber)
    .action(async (flags: UpFlags) => (await import('./up.ts')).upCommand(flags));
  sandbox
    .command('down')
    .description('Ends a sandbox, with everything in it.')
    .argument('[sandbox]', 'latest, a name or a directory', 'latest')
    .action(async (wanted: string) => (await import('./down.ts')).downCommand(wanted));
  sandbox
    .command('status')
    .description('Lists the sandboxes that run, and removes what is left of killed ones.')
    .action(async () => (await import('./status.ts')).statusCommand());
}

function portNumber(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError('it is no port: a number from 0 to 65535, 0 for a free one.');
}
