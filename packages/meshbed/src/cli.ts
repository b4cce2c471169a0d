import { Command, CommanderError } from 'commander';
import type { DemoFlags } from './commands/demo.ts';
import { addCompletion } from './commands/completion/index.ts';
import { addConfig } from './commands/config/index.ts';
import type { ExplainFlags } from './commands/explain.ts';
import { addOptions, addSettings, type RunFlags } from './commands/options.ts';
import { versionOf } from './version.ts';
import type { AuditFlags } from './commands/audit.ts';
import type { CleanupFlags } from './commands/cleanup.ts';
import { addDoctor } from './commands/doctor/index.ts';
import { addEvidence } from './commands/evidence/index.ts';
import { addPlan } from './commands/plan/index.ts';
import { addTools } from './commands/tools/index.ts';
import { addRecords } from './commands/records/index.ts';
import { addSandbox } from './commands/sandbox/index.ts';

const examples = `
Examples:
  $ meshbed demo                          everything at once: all scenarios and their tests, each in a sandbox of its own
  $ meshbed run 1 --keep                  leave the sandbox running, to look around with kubectl and aws
  $ meshbed run 3 --list                  the steps, with numbers and names for --step and --stop-after
  $ meshbed run 1 --stop-after 9          stop when the ECS services run, before they join the mesh
  $ meshbed sandbox exec -- bash          a shell in which aws, kubectl, istioctl and scripts find a sandbox
  $ meshbed sandbox up -d                 a sandbox that stays; then: meshbed run 1 --instance latest
  $ meshbed cleanup --eks                 delete everything that runs made there
  $ meshbed run 1 --json | jq .kind       one event per line, for programs
  $ meshbed explain --from eks/shell --to ecs/1/echo-service
                                          every object on the way, and which one decides

Exit codes:
  0 every step and test passed   2 wrong use   3 this machine lacks something
  4 a cloud or the mesh refused  5 something of ours is left
  70 a bug of meshbed            130 stopped by Ctrl-C
`;

/** The command table only names the commands; a command's module loads when it runs. */
export async function run(argv: readonly string[]): Promise<void> {
  endWithReader(process.stdout);
  const program = new Command('meshbed')
    .description(
      'Stands up and tests an Istio ambient mesh that spans EKS and ECS, in an embedded sandbox.\nNo account, no Docker, no root.',
    )
    .version(versionOf(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', examples)
    .enablePositionalOptions()
    .exitOverride();
  addCommands(program);
  try {
    await program.parseAsync(argv);
  } catch (error) {
    await reportFailure(error);
  }
}

/** Every command; completion is made of the same table. */
export function addCommands(program: Command): void {
  addRun(program);
  addDemo(program);
  addPlan(program);
  addExplain(program);
  addEvidence(program);
  addDoctor(program);
  addTools(program);
  addCleanup(program);
  addAudit(program);
  addRecords(program);
  addSandbox(program);
  addConfig(program);
  addCompletion(program);
}

function addRun(program: Command): void {
  addSettings(addOptions(program.command('run'), 'run'), 'hidden')
    .helpGroup('Scenarios:')
    .summary('run a scenario: its steps, then its tests')
    .description(
      'Runs the steps of a scenario, each as soon as what it needs is there, then its tests.\nRunning a step again changes nothing that is already as it should be.',
    )
    .argument(
      '[scenario]',
      'number of the scenario: 1 one ECS cluster, 2 two, 3 three in two accounts, 4 EKS, ECS and AKS; default: the configured one',
    )
    .action(async (scenario: string | undefined, flags: RunFlags) =>
      (await import('./commands/run.ts')).runCommand(scenario, flags),
    );
}

function addDemo(program: Command): void {
  addSettings(addOptions(program.command('demo').argument('[scenarios...]', 'default: all'), 'demo'), 'hidden')
    .helpGroup('Scenarios:')
    .summary('the shortest way to see it work: all scenarios in the sandbox')
    .description(
      'Runs every scenario, or those that are named, in a sandbox of its own each, and leaves nothing behind.',
    )
    .action(async (scenarios: string[], flags: DemoFlags) =>
      (await import('./commands/demo.ts')).demoCommand(scenarios, flags),
    );
}

function addCleanup(program: Command): void {
  const command = addSettings(addOptions(program.command('cleanup'), 'cleanup'), 'hidden');
  // Commander takes the two for one option, of which the last wins.
  const waits = new Set<string>();
  for (const name of ['wait-for-deletion', 'no-wait-for-deletion']) command.on(`option:${name}`, () => waits.add(name));
  command
    .helpGroup('Afterwards:')
    .summary('delete everything that runs made, then look whether anything is left')
    .description(
      'Finds everything of ours by journal, tag and name in every account, shows it, deletes it in the order that works\nand looks again. What was there before stays.',
    )
    .action(async (flags: CleanupFlags) => {
      if (waits.size > 1)
        command.error('error: --wait-for-deletion and --no-wait-for-deletion: leave out one of the two');
      await (await import('./commands/cleanup.ts')).cleanupCommand(flags);
    });
}

function addAudit(program: Command): void {
  addSettings(addOptions(program.command('audit'), 'audit'), 'hidden')
    .helpGroup('Afterwards:')
    .summary('what of ours is there now, and what it costs')
    .description('Looks into every account as cleanup does at its end, and changes nothing.')
    .option('--json', 'as JSON')
    .action(async (flags: AuditFlags) => (await import('./commands/audit.ts')).auditCommand(flags));
}

function addExplain(program: Command): void {
  const command = program
    .command('explain')
    .helpGroup('Questions:')
    .summary('may X talk to Y? every object that has a say, and what to change')
    .description(
      'Follows a connection through names, routes, security groups, tunnels and policies, as the APIs of the clouds and\nof Kubernetes describe them now. Changes nothing. Without --from and --to: every caller with every target.\nExit code 0: allowed, 4: not allowed.',
    )
    .optionsGroup('The connection:')
    .option('--from <caller>', 'eks/shell, eks/NAMESPACE/DEPLOYMENT, ecs/1/shell-task')
    .option('--to <target>', 'a host name, ecs/1/echo-service, eks/eks-echo; with :PORT')
    .optionsGroup('What if:')
    .option('--policies <file>', 'AuthorizationPolicy objects in YAML that are not applied; - is standard input')
    .option('--replace', 'those policies in place of all in force, not beside them')
    .optionsGroup('Where to read:')
    .option('--profile <name>', 'AWS profile of the account of the EKS cluster, in place of a sandbox')
    .option('--external-profile <name>', 'AWS profile of the second account')
    .option('--region <region>', 'default: us-east-2')
    .option('--cluster <name>', 'EKS cluster; default: the configured one')
    .option('--kubeconfig <file>', 'how to reach the cluster; default: as AWS says, with the profile')
    .option('--context <name>', 'of the kubeconfig; default: its current one')
    .optionsGroup('Output:')
    .option('--json', 'the whole answer as JSON')
    .action(async (flags: ExplainFlags) => (await import('./commands/explain.ts')).explainCommand(flags));
  addSettings(addOptions(command, 'explain'), 'hidden');
}

/** `meshbed run 1 | head`: nobody reads on, so that going on is pointless. Exit hooks still clean up. */
function endWithReader(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(141);
  });
}

/** Commander has printed its own complaint by then. */
async function reportFailure(error: unknown): Promise<void> {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    return;
  }
  const { describeError, exitCodeOf, findCause, redact } = await import('@meshbed/core');
  const { Interrupted, stoppedExitCode } = await import('./session/interrupt.ts');
  process.stderr.write(`meshbed: ${redact(describeError(error))}\n`);
  process.exitCode = findCause(error, Interrupted) ? stoppedExitCode : exitCodeOf(error);
}
