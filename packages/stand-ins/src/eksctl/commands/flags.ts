import { MeshbedError } from '@meshbed/core';
import { type Flags, textFlag } from '../context.ts';

/** @throws MeshbedError when it is no whole number */
export function numberFlag(flags: Flags, name: string): number | undefined {
  const text = textFlag(flags, name);
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  throw new MeshbedError('user/argument', `invalid argument "${text}" for "--${name}" flag: not a whole number`);
}

/** `a=b,c=d`. @throws MeshbedError for what has another form */
export function pairsFlag(flags: Flags, name: string): Record<string, string> {
  const pairs = (textFlag(flags, name) ?? '').split(',').filter(Boolean);
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1)
        throw new MeshbedError(
          'user/argument',
          `invalid argument "${pair}" for "--${name}" flag: it must be KEY=VALUE`,
        );
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

/** `a,b` */
export const listFlag = (flags: Flags, name: string): string[] | undefined =>
  textFlag(flags, name)?.split(',').filter(Boolean);
