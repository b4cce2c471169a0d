import { parseArgs } from 'node:util';
import { describeError, exitCodeOf, MeshbedError } from '@meshbed/core';
import { common, findRow, type Row, rows } from './commands/rows.ts';
import type { EksctlContext, Flags } from './context.ts';

export type { EksctlContext } from './context.ts';

/** Runs `eksctl …`. @returns the exit code: 0, or 1 as eksctl has no other */
export async function main(argv: readonly string[], context: EksctlContext): Promise<number> {
  try {
    if (argv.length === 0 || argv[0] === 'help' || argv[0]?.startsWith('-')) {
      context.write(usage);
      return 0;
    }
    const ofVerb = commandsOf(argv);
    if (ofVerb) {
      context.write(ofVerb);
      return 0;
    }
    const { row, rest } = findRow(argv);
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

const lines = (of: readonly Row[]) => of.map((row) => `  eksctl ${row.usage}\n`).join('');
const usage = `eksctl of a meshbed sandbox. Commands:\n${lines(Object.values(rows))}`;

/** What a verb alone, or with --help, lists. */
function commandsOf([verb = '', next = '--help']: readonly string[]): string | undefined {
  const names = Object.keys(rows).filter((name) => name.startsWith(`${verb} `));
  if (names.length === 0 || (next !== '--help' && next !== '-h')) return undefined;
  return `Commands:\n${lines(names.map((name) => rows[name] as Row))}`;
}
