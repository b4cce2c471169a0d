import { scenarios } from '@meshbed/runner/scenario';
import type { Command, Option } from 'commander';

/** One word that may follow, and what it is. */
export interface Word {
  word: string;
  about: string;
}

/** A command, as completion needs it. */
export interface Row {
  /** `run`, `sandbox up`; empty for the program itself. */
  path: string;
  /** Sub-commands and values of arguments. */
  words: readonly Word[];
  options: readonly OptionRow[];
}

export interface OptionRow {
  /** `-s`, `--step` */
  names: readonly string[];
  about: string;
  /** Absent: it takes no value; empty: any, a file for example. */
  values?: readonly string[];
}

const steps = [...new Set(scenarios.flatMap((scenario) => scenario.steps.map(({ id }) => id)))];
const numbers = scenarios.map(({ number }) => String(number));
const exercises = ['1', '2', '3', '4', '5', '6', '7', 'all', 'clear'];

/** What an option or an argument may be, by its name. Choices that commander knows come first. */
const values: Readonly<Record<string, readonly string[]>> = {
  '--step': steps,
  '--stop-after': steps,
  '--target': ['sandbox', 'cloud'],
  '--timing': ['instant', 'fast', 'real'],
  '--instance': ['latest'],
  '--scenario': numbers,
  '--exercise': exercises,
  scenario: numbers,
  exercise: exercises,
  sandbox: ['latest'],
};

/** Every command with what may follow it. */
export function tableOf(program: Command): Row[] {
  return rowsOf(program, '');
}

function rowsOf(command: Command, path: string): Row[] {
  const visible = command.createHelp().visibleCommands(command);
  const subcommands = visible.map((each) => ({ word: each.name(), about: summaryOf(each) }));
  const named = command.registeredArguments.flatMap((argument) => {
    const known = argument.argChoices ?? values[argument.name()] ?? [];
    return known.map((word) => ({ word, about: argument.description }));
  });
  const own = {
    path,
    words: [...subcommands, ...named],
    options: command.createHelp().visibleOptions(command).map(optionOf),
  };
  const below = visible.filter((each) => each.name() !== 'help');
  return [own, ...below.flatMap((each) => rowsOf(each, path === '' ? each.name() : `${path} ${each.name()}`))];
}

const summaryOf = (command: Command) => firstLine(command.summary() || command.description());

function optionOf({ short, long, description, required, optional, argChoices }: Option): OptionRow {
  const names = [short, long].filter((name) => name !== undefined);
  const about = firstLine(description);
  if (!required && !optional) return { names, about };
  return { names, about, values: argChoices ?? values[long ?? ''] ?? [] };
}

const firstLine = (text: string) => text.split('\n')[0] ?? '';
