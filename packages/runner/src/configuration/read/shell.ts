import { suggestion } from '@meshbed/core';
import { problem, type Given, type Machine, type Problem, type Reading } from './reading.ts';
import { NotUnderstood, parseLine, type Assignment } from './shell-line.ts';
import { settingOf, variableNames } from './variables.ts';

/** Reads a file of `export NAME=VALUE` lines. Nothing is executed: what isn't understood is a problem. */
export function readShell(text: string, file: string, machine: Machine): Reading {
  const reader = new ShellReader(file, machine);
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  for (const [index, line] of lines.entries()) reader.line(line, index + 1);
  return reader;
}

class ShellReader implements Reading {
  readonly given: Given[] = [];
  readonly problems: Problem[] = [];
  /** Values of the variables so far; undefined for one whose problem has been told. */
  readonly #variables = new Map<string, string | undefined>();
  readonly #file: string;
  readonly #machine: Machine;

  constructor(file: string, machine: Machine) {
    this.#file = file;
    this.#machine = machine;
  }

  line(line: string, number: number): void {
    try {
      const assignment = parseLine(line);
      if (assignment) this.#assign(assignment, number);
    } catch (error) {
      if (!(error instanceof NotUnderstood)) throw error;
      this.problems.push(problem(this.#at(number, error.column), error.message, error.hint));
      const name = /^\s*(?:export\s+)?([A-Za-z_]\w*)/.exec(line)?.[1];
      if (name !== undefined) this.#variables.set(name, undefined);
    }
  }

  #assign({ name, column, pieces }: Assignment, number: number): void {
    const value = this.#valueOf(pieces, number);
    this.#variables.set(name, value);
    const origin = this.#at(number, column);
    const setting = settingOf(name);
    if (!setting) {
      const hint = suggestion(name, variableNames) || 'remove the line; meshbed config init --shell lists all names';
      this.problems.push(problem(origin, `${name} is no setting`, hint));
    } else if (value !== undefined) {
      this.given.push({ setting, name, raw: value, origin });
    }
  }

  #valueOf(pieces: Assignment['pieces'], number: number): string | undefined {
    const values = pieces.map((piece) => {
      if (piece.kind === 'text') return piece.text;
      return piece.kind === 'user' ? this.#machine.userName : this.#variable(piece, number);
    });
    return values.includes(undefined) ? undefined : values.join('');
  }

  /** As a shell would: what the file has set so far, else what the environment has. */
  #variable({ name, column }: { name: string; column: number }, number: number): string | undefined {
    if (this.#variables.has(name)) return this.#variables.get(name);
    const value = Object.hasOwn(this.#machine.environment, name) ? this.#machine.environment[name] : undefined;
    if (value === undefined) {
      const hint = suggestion(name, this.#variables.keys()) || `set ${name} in a line before this one`;
      this.problems.push(problem(this.#at(number, column), `$${name} is not set`, hint));
    }
    return value;
  }

  #at(line: number, column: number) {
    return { kind: 'file', file: this.#file, line, column } as const;
  }
}
