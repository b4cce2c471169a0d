import { text as readAll } from 'node:stream/consumers';
import { describeError, exitCodeOf } from '@meshbed/core';
import type { KubeApi } from '@meshbed/kube-client';
import { findCommand, helpOf, helpOfMany, refuseForeignFlags } from './commands.ts';
import { type CommandContext, connectKube } from './context.ts';
import { parseFlags } from './flags.ts';

const introduction = 'istioctl of the meshbed sandbox: the sub-commands that its scenarios use.\n\n';

/** @returns the exit code */
export async function main(argv: readonly string[], context: CommandContext): Promise<number> {
  try {
    return await run(argv, context);
  } catch (error) {
    context.writeError(`Error: ${describeError(error)}\n`);
    return exitCodeOf(error) === 70 ? 1 : exitCodeOf(error);
  }
}

async function run(argv: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals } = parseFlags(argv);
  const help = (text: string) => {
    context.write(text);
    return 0;
  };
  if (positionals.length === 0) return help(introduction + helpOfMany());
  const words = positionals[0] === 'help' ? positionals.slice(1) : positionals;
  if (words.length === 0) return help(introduction + helpOfMany());
  const found = findCommand(words);
  if ('group' in found) return help(helpOfMany(found.commands));
  if (values['help'] || words !== positionals) return help(helpOf(found.row));
  refuseForeignFlags(found.name, found.row, Object.keys(values));
  const command = await found.row.load();
  const readInput = context.readInput ?? (() => readAll(process.stdin));
  await using connection = lazily(() => connectKube(context, values));
  const inside = { ...context, readInput };
  const outcome = await command({ flags: values, words: found.words, context: inside, kube: () => connection.value });
  return typeof outcome === 'number' ? outcome : 0;
}

function lazily(make: () => Promise<KubeApi>): { readonly value: Promise<KubeApi> } & AsyncDisposable {
  let made: Promise<KubeApi> | undefined;
  return {
    get value() {
      return (made ??= make());
    },
    async [Symbol.asyncDispose]() {
      (await made?.catch(() => undefined))?.[Symbol.dispose]();
    },
  };
}
