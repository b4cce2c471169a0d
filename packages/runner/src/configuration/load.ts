import { extname } from 'node:path';
import { MeshbedError, redact } from '@meshbed/core';
import type { Machine, Problem, Reading } from './read/reading.ts';
import { readShell } from './read/shell.ts';
import { readEnvironment, readFlags } from './read/variables.ts';
import { readYaml } from './read/yaml.ts';
import { resolve, type Values } from './resolve.ts';
import { describeOrigin, type Configuration } from './types.ts';

export type FileFormat = 'yaml' | 'shell';

export interface LoadOptions {
  /** First the one that wins. */
  files: readonly string[];
  flags?: Readonly<Record<string, unknown>>;
  machine: Machine;
  /** The scenario that was asked for. */
  scenario?: number;
  /** In place of the configured one. */
  target?: 'sandbox' | 'cloud';
}

export interface Loaded {
  configuration: Configuration;
  /** With origins. */
  values: Values;
}

/**
 * The configuration: flag before environment before file before default.
 * @throws MeshbedError `user/no-configuration`, `user/configuration` with all that is wrong, each with its place
 */
export function loadConfiguration({ files, flags = {}, machine, scenario, target }: LoadOptions): Loaded {
  const layers = [
    readFlags(flags),
    readEnvironment(machine.environment),
    ...files.map((file) => readFile(file, machine)),
  ];
  const asked = scenario === undefined ? {} : { scenario };
  const forced = target === undefined ? {} : { target };
  const { configuration, values, problems } = resolve({ layers, machine, ...forced, ...asked });
  if (problems.length > 0) throw configurationError(problems);
  return { configuration, values };
}

function readFile(file: string, machine: Machine): Reading {
  let text: string;
  try {
    text = machine.readText(file);
  } catch (cause) {
    throw new MeshbedError('user/no-configuration', `can't read the configuration file ${file}`, {
      cause,
      object: file,
      next: 'check the path, or write a new file: meshbed config init',
    });
  }
  // What is left of the mark at the beginning of UTF-16 when it is read as UTF-8.
  if (text.startsWith('\uFFFD\uFFFD')) {
    throw new MeshbedError('user/no-configuration', `the configuration file ${file} is not UTF-8`, {
      object: file,
      next: `iconv -f UTF-16 -t UTF-8 ${file}`,
    });
  }
  return formatOf(file, text) === 'shell' ? readShell(text, file, machine) : readYaml(text, file);
}

const byExtension: Readonly<Record<string, FileFormat>> = {
  '.yaml': 'yaml',
  '.yml': 'yaml',
  '.json': 'yaml',
  '.sh': 'shell',
  '.bash': 'shell',
  '.env': 'shell',
};

/** By extension, else by what the lines look like. */
export function formatOf(file: string, text: string): FileFormat {
  const looksLikeShell = /^#!|^\s*(export\s|[A-Za-z_]\w*=)/m.test(text);
  return byExtension[extname(file).toLowerCase()] ?? (looksLikeShell ? 'shell' : 'yaml');
}

export function configurationError(problems: readonly Problem[]): MeshbedError {
  const [first] = problems;
  if (first && problems.length === 1) {
    const details = first.hint === undefined ? {} : { next: redact(first.hint) };
    return new MeshbedError('user/configuration', redact(placed(first)), details);
  }
  const lines = problems.map((each) => `  ${placed(each)}${each.hint === undefined ? '' : `\n    → ${each.hint}`}`);
  const message = redact(
    [`the configuration has ${problems.length} problems, nothing was started:`, ...lines].join('\n'),
  );
  return new MeshbedError('user/configuration', message);
}

const placed = ({ origin, message }: Problem) =>
  origin.kind === 'default' ? message : `${describeOrigin(origin)}: ${message}`;
