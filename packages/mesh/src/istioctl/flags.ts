import { parseArgs, type ParseArgsConfig } from 'node:util';
import { MeshbedError } from '@meshbed/core';
import type { CommandInput } from './context.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const texts = { type: 'string', multiple: true } as const;

/** Every flag of every command; which command has which is in the table of commands. */
const options: Options = {
  context: text,
  kubeconfig: text,
  istioNamespace: { ...text, short: 'i' },
  filename: { ...texts, short: 'f' },
  set: texts,
  yes: { ...flag, short: 'y' },
  'skip-confirmation': flag,
  namespace: { ...text, short: 'n' },
  name: text,
  server: text,
  wait: flag,
  'wait-timeout': text,
  'readiness-timeout': text,
  remote: text,
  short: { ...text, short: 's' },
  output: { ...text, short: 'o' },
  node: text,
  file: text,
  cluster: text,
  'service-account': text,
  external: flag,
  profile: text,
  platform: text,
  hostname: text,
  ports: text,
  all: flag,
  purge: flag,
  'service-namespace': text,
  'workload-namespace': text,
  'policy-namespace': text,
  'workload-node': text,
  address: text,
  direction: text,
  raw: flag,
  'with-headers': flag,
  for: text,
  revision: { ...text, short: 'r' },
  'enroll-namespace': flag,
  overwrite: flag,
  'all-namespaces': { ...flag, short: 'A' },
  verbosity: { ...text, short: 'v' },
  'use-kube': text,
  'failure-threshold': text,
  'output-threshold': text,
  suppress: { ...texts, short: 'S' },
  'list-analyzers': { ...flag, short: 'L' },
  help: { ...flag, short: 'h' },
};

export interface Parsed {
  values: CommandInput['flags'];
  positionals: string[];
}

/** @throws MeshbedError `user/argument` for a flag that no command has */
export function parseFlags(argv: readonly string[]): Parsed {
  try {
    return parseArgs({ args: argv.flatMap(withValue), options, allowPositionals: true });
  } catch (error) {
    throw new MeshbedError('user/argument', (error as Error).message, { next: 'istioctl --help' });
  }
}

/** Flags that have a value, but may be given without one; the others may be given with one, as `--wait=true`. */
const implied: ReadonlyMap<string, string> = new Map([
  ['--remote', '--remote=true'],
  ['--short', '--short=true'],
  ['-s', '--short=true'],
  ['--use-kube', '--use-kube=true'],
]);

function withValue(argument: string): string[] {
  const [, name = '', value] = /^--([\w-]+)=(true|false)$/.exec(argument) ?? [];
  if (Object.hasOwn(options, name) && options[name]?.type === 'boolean') return value === 'true' ? [`--${name}`] : [];
  return [implied.get(argument) ?? argument];
}
