import type { Setting } from '../settings/index.ts';
import type { Origin } from '../types.ts';

/** A value as a source gives it, unchecked. */
export interface Given {
  setting: Setting;
  /** How the source calls it: `CLUSTER_NAME`, `cluster.name`, `--cluster-name`. */
  name: string;
  /** Text, or what YAML made of it. */
  raw: unknown;
  origin: Origin;
}

/** Something that a person has to correct. Its words never show the value of a secret. */
export interface Problem {
  origin: Origin;
  message: string;
  /** What to write instead. */
  hint?: string;
}

/** What one source says: values and problems side by side, so that all problems are told at once. */
export interface Reading {
  given: readonly Given[];
  problems: readonly Problem[];
}

/** What a configuration may ask of the machine it is read on. Nothing of it executes anything. */
export interface Machine {
  environment: Readonly<Record<string, string | undefined>>;
  /** What `$(whoami)` stands for. */
  userName: string;
  /** @throws an error of the file system */
  readText(file: string): string;
}

/** A problem with a hint when there is one. */
export function problem(origin: Origin, message: string, hint = ''): Problem {
  return { origin, message, ...(hint === '' ? {} : { hint }) };
}
