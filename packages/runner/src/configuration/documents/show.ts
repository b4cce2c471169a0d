import { redactDeep, Secret } from '@meshbed/core';
import { stringify } from 'yaml';
import type { Values } from '../resolve.ts';
import { describeOrigin } from '../types.ts';

/** The effective configuration as a YAML file. Secrets show as `[redacted]`. */
export function shownAsYaml(values: Values): string {
  const document: Record<string, unknown> = {};
  for (const { setting, value } of values.values()) {
    const names = setting.path.split('.');
    const last = names.pop() ?? '';
    let at = document;
    for (const name of names) at = (at[name] ??= {}) as Record<string, unknown>;
    at[last] = plain(value);
  }
  return stringify(document);
}

/** One line per setting: path, value, where it comes from. */
export function shownWithOrigins(values: Values): string {
  const rows = [...values.values()].map(({ setting, value, origin }) => {
    const shown = plain(value);
    return [setting.path, typeof shown === 'string' ? shown : JSON.stringify(shown), describeOrigin(origin)] as const;
  });
  const widths = [0, 1].map((column) => Math.max(0, ...rows.map((row) => row[column]!.length)));
  const lines = rows.map(
    ([path, value, origin]) => `${path.padEnd(widths[0]!)}  ${value.padEnd(widths[1]!)}  ${origin}`,
  );
  return `${lines.join('\n')}\n`;
}

/** For programs: path → value and origin. */
export function shownAsJson(values: Values): string {
  const entries = [...values.values()].map(
    ({ setting, value, origin }) => [setting.path, { value: plain(value), origin }] as const,
  );
  return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`;
}

const plain = (value: unknown): unknown => (value instanceof Secret ? value.toString() : redactDeep(value));
