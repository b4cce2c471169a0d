import { contradictionsIn } from './contradictions.ts';
import { missingIn } from './missing.ts';
import { problem, type Given, type Machine, type Problem, type Reading } from './read/reading.ts';
import { secretOf } from './secrets.ts';
import { check } from './settings/check.ts';
import { settings, type Setting } from './settings/index.ts';
import type { Configuration, Origin } from './types.ts';

/** A setting's value and where it is from. */
export interface Resolved {
  setting: Setting;
  /** How its source calls it. */
  name: string;
  value: unknown;
  origin: Origin;
}

/** By `Setting.key`; settings without value are absent. */
export type Values = ReadonlyMap<string, Resolved>;

export interface Resolution {
  configuration: Configuration;
  values: Values;
  problems: readonly Problem[];
}

export interface ResolveOptions {
  /** What comes first wins: flags, environment, files. */
  layers: readonly Reading[];
  machine: Machine;
  /** The scenario that was asked for, before any setting. */
  scenario?: number;
  /** In place of the configured one. */
  target?: 'sandbox' | 'cloud';
}

/** Takes each setting from the first layer that has it. Every value of every layer is checked, used or not. */
export function resolve({ layers, machine, scenario, target }: ResolveOptions): Resolution {
  const problems: Problem[] = layers.flatMap((layer) => layer.problems);
  const values = new Map<string, Resolved>();
  for (const { given } of layers) {
    for (const each of lastOfEach(given, problems)) {
      const found = checked(each, machine);
      if ('message' in found) problems.push(problem(each.origin, `${each.name} ${found.message}`, found.hint));
      else if (!values.has(each.setting.key) && found.value !== undefined) {
        const { setting, name, origin } = each;
        values.set(setting.key, { setting, name, value: found.value, origin });
      }
    }
  }
  const complete = withDefaults(values);
  const asked = scenario ?? (values.get('scenario')?.value as number | undefined);
  if (problems.length === 0) {
    const facts = { target: target ?? targetIn(complete), ...(asked === undefined ? {} : { scenario: asked }) };
    problems.push(...missingIn({ ...facts, values }), ...contradictionsIn({ ...facts, values: complete }));
  }
  return { configuration: configurationOf(complete), values: complete, problems };
}

const targetIn = (values: Values) => (values.get('target')?.value === 'cloud' ? 'cloud' : 'sandbox');

/** A name that is set twice has its last value, as in a shell; two names for one setting have to agree. */
function lastOfEach(given: readonly Given[], problems: Problem[]): Given[] {
  const last = new Map<string, Given>();
  for (const each of given) {
    const before = last.get(each.setting.key);
    if (before && before.name !== each.name && before.raw !== each.raw) {
      problems.push(
        problem(each.origin, `${each.name} and ${before.name} are one setting with two values`, 'keep one'),
      );
    }
    last.set(each.setting.key, each);
  }
  return [...last.values()];
}

/** Undefined as value: said to be none. */
function checked(given: Given, machine: Machine): { value: unknown } | { message: string; hint?: string } {
  const { setting, raw } = given;
  if (raw === '') {
    if (setting.mayBeEmpty) return { value: undefined };
    return { message: 'has no value', hint: 'give it a value, or remove the line' };
  }
  return setting.rule.type === 'secret' ? secretOf(given, machine) : check(setting.rule, raw);
}

function withDefaults(values: ReadonlyMap<string, Resolved>): Map<string, Resolved> {
  const complete = settings.flatMap((setting): [string, Resolved][] => {
    const { key, path: name, fallback: value } = setting;
    const found = values.get(key);
    if (found) return [[key, found]];
    return value === undefined ? [] : [[key, { setting, name, value, origin: { kind: 'default' } }]];
  });
  return new Map(complete);
}

function configurationOf(values: Values): Configuration {
  const configuration: Record<string, unknown> = { accounts: { local: {}, external: {} }, imageMeanings: {} };
  for (const [key, { value }] of values) {
    const names = key.split('.');
    const last = names.pop() ?? '';
    let at = configuration;
    for (const name of names) at = (at[name] ??= {}) as Record<string, unknown>;
    at[last] = value;
  }
  return configuration as unknown as Configuration;
}

/** What holds when nothing is configured. */
export const defaultConfiguration: Configuration = configurationOf(withDefaults(new Map()));
