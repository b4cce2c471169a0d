import { parseArgs, type ParseArgsConfig } from 'node:util';
import { describeError, exitCodeOf, MeshbedError } from '@meshbed/core';
import type { Call, EksctlContext, Flags } from './context.ts';
import { eksctlVersion } from './version.ts';

export type { EksctlContext } from './context.ts';

type Command = (call: Call) => Promise<void>;
type Options = NonNullable<ParseArgsConfig['options']>;

interface Row {
  usage: string;
  options: Options;
  load: () => Promise<Command>;
}

const text = (short?: string) => ({ type: 'string' as const, ...(short === undefined ? {} : { short }) });
const flag = (short?: string) => ({ type: 'boolean' as const, ...(short === undefined ? {} : { short }) });

/** Every command has these. */
const common: Options = {
  'config-file': text('f'),
  region: text('r'),
  profile: text('p'),
  timeout: text(),
  verbose: text('v'),
  color: text('C'),
  help: flag('h'),
};

const kubeconfig: Options = { kubeconfig: text() };

const rows: Readonly<Record<string, Row>> = {
  'create cluster': {
    usage: 'create cluster [NAME] | -f FILE|-',
    options: {
      ...kubeconfig,
      name: text('n'),
      version: text(),
      nodes: text('N'),
      'nodes-min': text('m'),
      'nodes-max': text('M'),
      'node-type': text('t'),
      'nodegroup-name': text(),
      zones: text(),
      tags: text(),
      'with-oidc': flag(),
      'without-nodegroup': flag(),
      managed: flag(),
      'node-private-networking': flag('P'),
      'node-volume-size': text(),
      'vpc-cidr': text(),
      'vpc-nat-mode': text(),
      'write-kubeconfig': text(),
      'set-kubeconfig-context': text(),
    },
    load: async () => (await import('./commands/create-cluster/index.ts')).createCluster,
  },
  'delete cluster': {
    usage: 'delete cluster [NAME] [--wait]',
    options: {
      ...kubeconfig,
      name: text('n'),
      wait: flag('w'),
      force: flag(),
      'disable-nodegroup-eviction': flag(),
      parallel: text(),
    },
    load: async () => (await import('./commands/delete-cluster/index.ts')).deleteCluster,
  },
  'get cluster': {
    usage: 'get cluster [NAME] [-o table|json|yaml]',
    options: { name: text('n'), output: text('o') },
    load: async () => (await import('./commands/clusters.ts')).getCluster,
  },
  'get nodegroup': {
    usage: 'get nodegroup --cluster NAME [-o table|json|yaml]',
    options: { cluster: text(), name: text('n'), output: text('o') },
    load: async () => (await import('./commands/node-groups.ts')).getNodeGroups,
  },
  'scale nodegroup': {
    usage: 'scale nodegroup --cluster NAME --name NAME --nodes COUNT',
    options: {
      cluster: text(),
      name: text('n'),
      nodes: text('N'),
      'nodes-min': text('m'),
      'nodes-max': text('M'),
      wait: flag('w'),
    },
    load: async () => (await import('./commands/node-groups.ts')).scaleNodeGroup,
  },
  version: {
    usage: 'version [-o json]',
    options: { output: text('o') },
    load: () => Promise.resolve(printVersion),
  },
};

const aliases: Readonly<Record<string, string>> = { clusters: 'cluster', nodegroups: 'nodegroup', ng: 'nodegroup' };

const usage = `eksctl of a meshbed sandbox. Commands:\n${Object.values(rows)
  .map((row) => `  eksctl ${row.usage}\n`)
  .join('')}`;

/** Runs `eksctl …`. @returns the exit code: 0, or 1 as eksctl has no other */
export async function main(argv: readonly string[], context: EksctlContext): Promise<number> {
  try {
    if (argv.length === 0 || argv[0] === 'help' || argv[0]?.startsWith('-')) {
      context.write(usage);
      return 0;
    }
    const { row, rest } = find(argv);
    const { values, positionals } = parse(row, rest);
    const flags = values as Flags;
    if (flags['help']) context.write(`eksctl ${row.usage}\nflags: ${flagNames(row)}\n`);
    else await (await row.load())({ context, flags, words: positionals });
    return 0;
  } catch (error) {
    context.writeError(`Error: ${describeError(error)}\n`);
    return exitCodeOf(error) === 0 ? 0 : 1;
  }
}

function find(argv: readonly string[]): { row: Row; rest: string[] } {
  const names = argv.slice(0, 2).map((word) => aliases[word] ?? word);
  for (const length of [2, 1]) {
    const row = rows[names.slice(0, length).join(' ')];
    if (row) return { row, rest: argv.slice(length) };
  }
  const command = argv
    .slice(0, 2)
    .filter((word) => !word.startsWith('-'))
    .join(' ');
  throw new MeshbedError('user/argument', `unknown command "${command}" for "eksctl": not supported by this sandbox`, {
    next: `commands here: ${Object.keys(rows).join(', ')}`,
  });
}

/** A boolean flag may be written with its value: `--wait=true`, `--managed=true`. */
function parse(row: Row, rest: readonly string[]) {
  const options = { ...common, ...row.options };
  const args = rest.flatMap((argument) => {
    const [, name = '', value] = /^--([\w-]+)=(true|false)$/.exec(argument) ?? [];
    if (options[name]?.type !== 'boolean') return [argument];
    return value === 'true' ? [`--${name}`] : [];
  });
  try {
    return parseArgs({ args: withBareTexts(args), options, allowPositionals: true });
  } catch (error) {
    throw new MeshbedError('user/argument', (error as Error).message.split('.')[0] ?? '', {
      next: `flags here: ${flagNames(row)}`,
    });
  }
}

/** Flags of Go that are true by default can be given without a value. */
const bareTexts = ['--write-kubeconfig', '--set-kubeconfig-context'];
const withBareTexts = (args: readonly string[]) =>
  args.map((argument) => (bareTexts.includes(argument) ? `${argument}=true` : argument));

const flagNames = ({ options }: Row) =>
  Object.keys({ ...options, ...common })
    .map((name) => `--${name}`)
    .join(', ');

function printVersion({ context, flags }: Call): Promise<void> {
  context.write(flags['output'] === 'json' ? `${JSON.stringify({ Version: eksctlVersion })}\n` : `${eksctlVersion}\n`);
  return Promise.resolve();
}
