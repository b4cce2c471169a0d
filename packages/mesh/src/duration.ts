import { MeshbedError } from '@meshbed/core';

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of `text`, the value of the variable `name`. @throws MeshbedError for anything but a number and a unit. */
export function parseDuration(name: string, text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  if (number !== undefined && unit !== undefined) return Number(number) * (units[unit] ?? 1);
  throw new MeshbedError('user/duration', `${name}: "${text}" is not a duration`, {
    next: 'write it as 500ms, 10s or 1m',
  });
}
