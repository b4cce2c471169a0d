import { dirname, resolve } from 'node:path';
import { placeholder, Secret } from '@meshbed/core';
import type { Given, Machine } from './read/reading.ts';

export type SecretFound = { kind: 'right'; value: Secret } | { kind: 'wrong'; message: string; hint: string };

const shortest = 8;

/**
 * A secret, or what `env:NAME` or `file:PATH` (beside the configuration file) refers to. It is known as a secret before
 * anything is said about it, so that no message can show it.
 */
export function secretOf({ raw, origin }: Given, machine: Machine): SecretFound {
  if (typeof raw !== 'string') return wrong('must be text', 'write a reference: env:NAME or file:PATH');
  const [, kind, target = ''] = /^(env|file):(.*)$/s.exec(raw) ?? [];
  if (kind === 'env') return checked(machine.environment[target], `the variable ${target} is not set`);
  if (kind !== 'file') return checked(raw, '');
  const file = resolve(origin.kind === 'file' ? dirname(origin.file) : '.', target);
  return checked(textOf(file, machine), `the file ${file} can't be read`);
}

function checked(found: string | undefined, absent: string): SecretFound {
  const value = found?.trim() ?? '';
  if (value === '') return wrong(`has no value${absent && `: ${absent}`}`, 'give it a value, or remove it');
  if (value === placeholder)
    return wrong(`is only the placeholder of a secret`, 'write a reference: env:NAME or file:PATH');
  const secret = new Secret(value);
  if (value.length >= shortest && !/\s/.test(value)) return { kind: 'right', value: secret };
  return wrong(`can't be right: it must have at least ${shortest} characters and no spaces`, 'copy the whole key');
}

function textOf(file: string, machine: Machine): string | undefined {
  try {
    return machine.readText(file);
  } catch {
    return undefined;
  }
}

const wrong = (message: string, hint: string): SecretFound => ({ kind: 'wrong', message, hint });
