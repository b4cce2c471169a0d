import { MeshbedError } from '@meshbed/core';
import type { Plan } from '@meshbed/runner/plan';
import { settings } from '@meshbed/runner/settings';
import { Option as CommanderOption, type Command } from 'commander';

export type CommandName =
  | 'run'
  | 'demo'
  | 'config'
  | 'cleanup'
  | 'audit'
  | 'sandbox'
  | 'explain'
  | 'evidence'
  | 'call'
  | 'authz'
  | 'mesh'
  | 'doctor'
  | 'plan';

/** Those that work on an environment that is there. */
const onEnvironments: readonly CommandName[] = [
  'cleanup',
  'audit',
  'explain',
  'evidence',
  'call',
  'authz',
  'mesh',
  'doctor',
];

/** What commander makes of the options below and of settings; each is absent unless it was given. */
export interface RunFlags extends Record<string, unknown> {
  config?: string;
  list?: boolean;
  step?: string;
  stopAfter?: string;
  testsOnly?: boolean;
  matrix?: boolean;
  skipSetup?: boolean;
  sequential?: boolean;
  timing?: string;
  keep?: boolean;
  instance?: string;
  force?: boolean;
  reset?: boolean;
  target?: string;
  maxCost?: string;
  fromScratch?: boolean;
  delete?: boolean;
  yes?: boolean;
  json?: boolean;
  plain?: boolean;
  verbose?: boolean;
  report?: readonly string[];
}

interface Option {
  /** As commander reads it: short, long, and `<value>` when it takes one. */
  flags: string;
  about: string;
  /** May be given several times. */
  repeated?: boolean;
  commands: readonly CommandName[];
}

/** Every option that commands share or that excludes another one, by the headings of the help. */
const options: Record<string, readonly Option[]> = {
  'Configuration:': [
    {
      flags: '-c, --config <file>',
      about:
        'YAML or shell file; default: meshbed.yaml, if there is one. Every setting is a flag, too: config show --help',
      commands: ['run', 'demo', 'config', 'sandbox', 'plan', ...onEnvironments],
    },
  ],
  'What runs:': [
    { flags: '-l, --list', about: 'list the steps and tests, run nothing', commands: ['run', 'demo'] },
    {
      flags: '-s, --step <step>',
      about: 'start at this step (name or number) and run all that follow',
      commands: ['run', 'plan'],
    },
    {
      flags: '--stop-after <step>',
      about: 'stop after this step (name or number), without tests',
      commands: ['run', 'plan'],
    },
    { flags: '-t, --tests-only', about: 'run the tests only', commands: ['run', 'plan'] },
    { flags: '--matrix', about: 'also test every caller and target, in every exercise', commands: ['run', 'demo'] },
    {
      flags: '--skip-setup',
      about: 'Kubernetes and Istio are there: run the remaining steps and the tests',
      commands: ['run', 'plan'],
    },
    { flags: '--force', about: 'also run steps whose resources are all as they should be', commands: ['run'] },
    { flags: '--reset', about: 'forget the recorded progress first; resources stay', commands: ['run'] },
    { flags: '--from-scratch', about: 'first delete everything that earlier runs made, EKS too', commands: ['run'] },
    { flags: '-d, --delete', about: 'afterwards delete everything, EKS too', commands: ['run'] },
    {
      flags: '-e, --eks',
      about: 'also the EKS cluster, its nodes and its network; the AKS cluster and its resource group',
      commands: ['cleanup'],
    },
    {
      flags: '-w, --wait-for-deletion',
      about: 'wait until AWS has finished (default)',
      commands: ['cleanup'],
    },
    { flags: '--no-wait-for-deletion', about: 'only ask for what takes minutes', commands: ['cleanup'] },
    {
      flags: '--max-cost <dollars>',
      about: 'refuse what would cost more in the clouds than this, as `meshbed plan` counts',
      commands: ['run', 'plan'],
    },
    { flags: '-y, --yes', about: 'without asking', commands: ['run', 'cleanup'] },
    {
      flags: '--at-once <number>',
      about: 'how many scenarios run at the same time: 1, or 2 (default with two cores); --keep: 1',
      commands: ['demo'],
    },
    { flags: '--sequential', about: 'one step strictly after the other', commands: ['run'] },
    {
      flags: '--timing <profile>',
      about: 'instant, fast (default), or real: as long as AWS takes, in modelled time',
      commands: ['run'],
    },
  ],
  'Where:': [
    {
      flags: '--instance <sandbox>',
      about: 'work on this running sandbox: latest, a name or a directory (or MESHBED_INSTANCE)',
      commands: ['run', ...onEnvironments],
    },
    {
      flags: '--target <where>',
      about: 'sandbox (default), or cloud: the accounts of the configured profiles',
      commands: ['run', 'plan', ...onEnvironments],
    },
    {
      flags: '--keep',
      about: 'leave the sandbox running afterwards, until Ctrl-C',
      commands: ['run', 'demo'],
    },
  ],
  'Output:': [
    { flags: '--json', about: 'one JSON event per line on standard output', commands: ['run', 'demo', 'cleanup'] },
    {
      flags: '--plain',
      about: 'one line per change, no repainting (default without a terminal)',
      commands: ['run', 'demo'],
    },
    {
      flags: '--report <path>',
      about: 'write a report: FILE.html, FILE.xml (JUnit), FILE.json, or a folder for all three; may be repeated',
      repeated: true,
      commands: ['run', 'demo'],
    },
    {
      flags: '-v, --verbose',
      about: 'also every resource that is created or changed (plain output)',
      commands: ['run', 'demo'],
    },
  ],
};

/** Pairs that make no sense together, and why. Those that depend on the scenario's steps: runner, `chooseSteps`. */
const contradictions: readonly [keyof RunFlags, keyof RunFlags, string][] = [
  ['list', 'keep', '--list starts no sandbox that --keep could leave running'],
  ['instance', 'keep', 'a sandbox that is running already is left running anyway'],
  ['instance', 'timing', 'a sandbox that is running already goes by its own clock'],
  ['list', 'report', '--list runs nothing that could be reported'],
  ['list', 'force', '--list runs no step'],
  ['list', 'maxCost', '--list creates nothing that would cost money'],
  ['list', 'fromScratch', '--list deletes nothing'],
  ['list', 'delete', '--list deletes nothing'],
  ['fromScratch', 'step', '--from-scratch deletes what the steps before --step made'],
  ['fromScratch', 'testsOnly', '--from-scratch deletes what --tests-only tests'],
  ['fromScratch', 'skipSetup', '--from-scratch deletes the cluster that --skip-setup relies on'],
  ['matrix', 'stopAfter', '--stop-after leaves out the tests, also those of --matrix'],
  ['force', 'testsOnly', '--tests-only runs no step that --force could repeat'],
  ['timing', 'keep', 'a sandbox that --keep leaves running goes by the wall clock, without --timing'],
  ['json', 'plain', '--json and --plain are two formats of the same output'],
  ['json', 'verbose', '--json always has every event; --verbose is for plain output'],
];

/** For an option that may be given several times. */
export const collected = (value: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  value,
];

/** Gives a command the options that the table has for it. */
export function addOptions(command: Command, name: CommandName): Command {
  for (const [heading, rows] of Object.entries(options)) {
    const own = rows.filter(({ commands }) => commands.includes(name));
    if (own.length > 0) command.optionsGroup(heading);
    for (const { flags, about, repeated } of own) {
      if (repeated) command.option(flags, about, collected);
      else command.option(flags, about);
    }
  }
  return command;
}

/** Gives a command a flag for every setting; hidden ones are named by the help of `config show`. */
export function addSettings(command: Command, help: 'shown' | 'hidden'): Command {
  if (help === 'shown') command.optionsGroup('Settings:');
  for (const { flag, rule, about } of settings) {
    // What the table above has already is worth a line of its own.
    if (flag === undefined || command.options.some(({ long }) => long === flag)) continue;
    const option = new CommanderOption(`${flag} <${rule.type === 'integer' ? 'number' : 'value'}>`, about);
    command.addOption(help === 'hidden' ? option.hideHelp() : option);
  }
  return command;
}

/** The configuration as it was given, for another process with the same working directory. */
export function configurationArguments(flags: Readonly<Record<string, unknown>>): string[] {
  const given = ['--config', ...settings.flatMap(({ flag }) => flag ?? [])].map((flag) => {
    const value = flags[new CommanderOption(`${flag} <value>`).attributeName()];
    return typeof value === 'string' ? [flag, value] : [];
  });
  return given.flat();
}

/** @throws MeshbedError `user/contradiction` */
export function rejectContradictions(flags: RunFlags): void {
  const found = contradictions.find(([one, other]) => flags[one] !== undefined && flags[other] !== undefined);
  if (!found) return;
  throw new MeshbedError('user/contradiction', found[2], { next: 'leave out one of the two' });
}

/** @throws MeshbedError `user/too-expensive`, `user/amount` */
export async function refuseExpensive(plan: Plan, { maxCost }: RunFlags): Promise<void> {
  if (maxCost === undefined) return;
  const dollars = /^\$?(\d+(?:\.\d+)?)$/.exec(maxCost)?.[1];
  if (dollars === undefined) {
    throw new MeshbedError('user/amount', `--max-cost is ${JSON.stringify(maxCost)}; it must be dollars`, {
      next: 'for example --max-cost 2.50',
    });
  }
  const { refuseAbove } = await import('@meshbed/runner/plan');
  refuseAbove(plan, Number(dollars));
}

/** What is a sandbox by itself has no other target. @throws MeshbedError `user/contradiction` */
export function refuseCloud(command: string, { target }: Readonly<Record<string, unknown>>): void {
  if (target !== 'cloud') return;
  throw new MeshbedError('user/contradiction', `${command} always has a sandbox of its own`, {
    object: 'flag --target',
    next: 'leave out --target, or run one scenario in the cloud: meshbed run 1 --target cloud',
  });
}
