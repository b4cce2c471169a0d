import { nearest } from '@meshbed/core';
import { parseOptions, text, type Values } from './arguments.ts';
import { usage } from './failure.ts';
import type { Merged } from './credentials.ts';
import { render } from './output.ts';
import { failureOf, Session, type Place } from './session.ts';
import { type Verb, verbs } from './verbs.ts';

export interface Terminal extends Place {
  write: (text: string) => void;
  writeError: (text: string) => void;
}

/** `az GROUP VERB …` as far as scenario 4 uses it. Returns the exit code. */
export async function main(words: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const firstOption = words.findIndex((word) => word.startsWith('-'));
    const spoken = firstOption < 0 ? words : words.slice(0, firstOption);
    if (spoken.length === 0 && (words.length === 0 || words.includes('--version') || words.includes('--help')))
      return introduce(terminal);
    const name = spoken.join(' ');
    const verb = verbs[name] ?? unknown(name);
    const values = parseOptions(firstOption < 0 ? [] : words.slice(firstOption), verb.options);
    using session = new Session(terminal);
    print(await verb.run(session, values), { verb, values, terminal });
    return 0;
  } catch (error) {
    const { message, exitCode } = failureOf(error);
    terminal.writeError(`ERROR: ${message}\n`);
    return exitCode;
  }
}

function introduce({ write }: Terminal): number {
  write(`A stand-in for the Azure CLI inside a sandbox of meshbed. It knows:\n\n`);
  for (const name of Object.keys(verbs)) write(`  az ${name}\n`);
  write('\nwith --query, and -o json, tsv, table or none. An Azure CLI on the PATH is used instead of it.\n');
  return 0;
}

function unknown(name: string): never {
  const near = nearest(name, Object.keys(verbs));
  const hint = near === undefined ? '' : ` Did you mean: az ${near}?`;
  throw usage(
    `'${name}' is not one of the commands that this stand-in for the Azure CLI knows (az --help lists them).${hint} Install the Azure CLI for the rest: it works in the sandbox.`,
  );
}

interface Printing {
  verb: Verb;
  values: Values;
  terminal: Terminal;
}

function print(result: unknown, { verb, values, terminal }: Printing): void {
  if (result === undefined) return;
  if (isMerged(result)) {
    if (result.out !== undefined) terminal.write(`${result.out}\n`);
    if (result.warning !== undefined && !values['only-show-errors']) terminal.writeError(`${result.warning}\n`);
    return;
  }
  const [query, format] = [text(values, 'query'), text(values, 'output')];
  terminal.write(render({ value: result, query, format, columns: verb.columns }));
}

const isMerged = (result: unknown): result is Merged =>
  typeof result === 'object' && result !== null && ('warning' in result || 'out' in result);
