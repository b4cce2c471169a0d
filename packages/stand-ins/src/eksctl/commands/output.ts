import { MeshbedError } from '@meshbed/core';
import { stringify } from 'yaml';
import { type Call, textFlag } from '../context.ts';
import { tableOf } from './table.ts';

export interface Shown {
  header: readonly string[];
  rows: readonly (readonly string[])[];
  /** For json and yaml. */
  objects: readonly object[];
}

/** Prints what a get command found in the form of `-o`. @throws MeshbedError for a form that isn't known */
export function print({ context, flags }: Call, { header, rows, objects }: Shown): void {
  const form = textFlag(flags, 'output') ?? 'table';
  if (form === 'json') context.write(`${JSON.stringify(objects, null, 4)}\n`);
  else if (form === 'yaml') context.write(stringify(objects));
  else if (form === 'table') context.write(tableOf([header, ...rows]));
  else throw new MeshbedError('user/argument', `unknown output format: ${form}`, { next: '-o table, json or yaml' });
}
