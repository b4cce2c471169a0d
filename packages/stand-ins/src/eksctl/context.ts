import type { Clock } from '@meshbed/core';

export interface EksctlContext {
  env: NodeJS.ProcessEnv;
  clock: Clock;
  write: (text: string) => void;
  writeError: (text: string) => void;
  readFile: (path: string) => string;
  writeFile: (path: string, text: string) => void;
  readInput: () => Promise<string>;
}

export type Flags = Readonly<Record<string, string | boolean | undefined>>;

/** One call of a command. */
export interface Call {
  context: EksctlContext;
  flags: Flags;
  /** What follows the command's own words. */
  words: readonly string[];
}

const signs = { info: 'ℹ', done: '✔', warn: '!' };

/** A line as eksctl logs it. */
export function log({ write, clock }: EksctlContext, sign: keyof typeof signs, text: string): void {
  const at = new Date(clock.now()).toISOString().replace('T', ' ').slice(0, 19);
  write(`${at} [${signs[sign]}]  ${text}\n`);
}

export const textFlag = (flags: Flags, name: string): string | undefined => {
  const value = flags[name];
  return typeof value === 'string' ? value : undefined;
};
