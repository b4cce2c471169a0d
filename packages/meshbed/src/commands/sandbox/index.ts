import { InvalidArgumentError, type Command } from 'commander';
import { addOptions, addSettings } from '../options.ts';
import type { EnvFlags } from './env.ts';
import type { ExecFlags } from './exec/index.ts';
import { addFaults } from './fault.ts';
import type { ResetFlags } from './reset.ts';
import type { StatusFlags } from './status.ts';
import type { UpFlags } from './up.ts';

/** `sandbox exec|up|env|status|reset|fault|down`: a sandbox that outlives one command, or runs one. */
export function addSandbox(program: Command): void {
  const sandbox = program
    .command('sandbox')
    .enablePositionalOptions()
    .helpGroup('Sandbox:')
    .summary('a sandbox to work in: exec, up, env, status, reset, fault, down')
    .description('Runs commands in a sandbox; starts, ends and lists those that other commands find with --instance.');
  addStart(sandbox.command('up'))
    .description('Starts a sandbox; it runs until Ctrl-C or `meshbed sandbox down`.')
    .option('-d, --detach', 'in the background; returns when it is ready')
    .action(async (flags: UpFlags) => (await import('./up.ts')).upCommand(flags));
  addStart(sandbox.command('exec'))
    .usage('[options] -- COMMAND [ARGUMENT…]')
    .description(
      'Runs a command whose aws, kubectl, istioctl, eksctl and SDKs find a sandbox instead of the clouds; `exec -- bash`\nis a shell in it. The sandbox begins and ends with the command. Connections to other hosts are refused.',
    )
    .argument('<command...>', 'what runs')
    .option('--instance <sandbox>', 'in this running sandbox: latest, a name or a directory')
    .option('--allow-net', 'the command may also connect to other hosts')
    .option(
      '--host-loopback',
      'share localhost with this machine; programs that ignore proxy variables are not refused',
    )
    .option('--keep', 'leave the sandbox running afterwards, until Ctrl-C')
    .passThroughOptions()
    .action(async (command: string[], flags: ExecFlags) =>
      (await import('./exec/index.ts')).execCommand(command, flags),
    );
  sandbox
    .command('env')
    .description('Prints what a shell needs to work with a running sandbox: eval "$(meshbed sandbox env)".')
    .argument('[sandbox]', 'latest, a name or a directory', 'latest')
    .option('--shell', 'as lines for a POSIX shell (default)')
    .option('--json', 'the variables as JSON')
    .action(async (wanted: string, flags: EnvFlags) => (await import('./env.ts')).envCommand(wanted, flags));
  sandbox
    .command('reset')
    .description('Makes a running sandbox as new: everything, or one account or cluster of it.')
    .argument('[sandbox]', 'latest, a name or a directory', 'latest')
    .option('--account <id>', 'only this account: its id or profile')
    .option(
      '--cluster <name>',
      'only this cluster: the objects of an EKS cluster, services and tasks of an ECS cluster',
    )
    .action(async (wanted: string, flags: ResetFlags) => (await import('./reset.ts')).resetCommand(wanted, flags));
  addFaults(sandbox);
  sandbox
    .command('down')
    .description('Ends a sandbox, with everything in it.')
    .argument('[sandbox]', 'latest, a name or a directory', 'latest')
    .action(async (wanted: string) => (await import('./down.ts')).downCommand(wanted));
  sandbox
    .command('status')
    .description('Lists the sandboxes that run, and removes what is left of killed ones.')
    .option('--json', 'as JSON')
    .action(async (flags: StatusFlags) => (await import('./status.ts')).statusCommand(flags));
}

function addStart(command: Command): Command {
  return addSettings(addOptions(command, 'sandbox'), 'hidden')
    .option('--port <number>', 'of the AWS APIs; default: 4610 or the next that is free; 0: a free one', portNumber)
    .option('--seed <text>', 'the same seed gives the same ids, names and addresses')
    .option('--profile, --timing <profile>', 'how long things take: instant, fast (default), or real: as long as AWS');
}

function portNumber(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError('it is no port: a number from 0 to 65535, 0 for a free one.');
}
