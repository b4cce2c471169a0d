import { MeshbedError } from '@meshbed/core';

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * Milliseconds of `text` as Go writes it (`500ms`, `1m30s`), the value of the variable or flag `name`.
 * @throws MeshbedError for anything but numbers and units
 */
export function parseDuration(name: string, text: string): number {
  if (/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) {
    const parts = text.matchAll(/([\d.]+)(ms|s|m|h)/g);
    return [...parts].reduce((sum, [, number, unit = '']) => sum + Number(number) * (units[unit] ?? 1), 0);
  }
  throw new MeshbedError('user/duration', `${name}: "${text}" is not a duration`, {
    next: 'write it as 500ms, 10s or 1m',
  });
}
