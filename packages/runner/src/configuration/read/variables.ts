import { suggestion } from '@meshbed/core';
import { settings, type Setting } from '../settings/index.ts';
import { problem, type Given, type Problem, type Reading } from './reading.ts';

const prefix = 'MESHBED_';

/** Variables of ours that are no settings. */
const others: ReadonlySet<string> = new Set(['CLOCK', 'CONFIG', 'HOME', 'INSTANCE'].map((name) => `${prefix}${name}`));

const byVariable: ReadonlyMap<string, Setting> = new Map(
  settings.flatMap((setting) => setting.variables.map((name) => [name, setting] as const)),
);

/** Names of shell variables that are settings. */
export const variableNames: readonly string[] = [...byVariable.keys()];

export function settingOf(variable: string): Setting | undefined {
  return byVariable.get(variable);
}

/** `MESHBED_CLUSTER_NAME`, which is sure to be meant for us, before `CLUSTER_NAME`. An empty variable counts as unset. */
export function readEnvironment(environment: Readonly<Record<string, string | undefined>>): Reading {
  const given: Given[] = [];
  const problems: Problem[] = [];
  for (const [name, raw] of Object.entries(environment)) {
    if (raw === undefined || raw === '' || others.has(name)) continue;
    const origin = { kind: 'environment', variable: name } as const;
    const setting = byVariable.get(name) ?? byVariable.get(name.startsWith(prefix) ? name.slice(prefix.length) : name);
    if (setting) given.push({ setting, name, raw, origin });
    else if (name.startsWith(prefix)) {
      const hint = suggestion(name.slice(prefix.length), variableNames).replace('mean ', `mean ${prefix}`);
      problems.push(problem(origin, `${name} is no setting`, hint || `unset ${name}`));
    }
  }
  const sure = new Set(given.filter(({ name }) => name.startsWith(prefix)).map(({ setting }) => setting));
  return { given: given.filter(({ setting, name }) => name.startsWith(prefix) || !sure.has(setting)), problems };
}

/** What commander made of the flags that `settings` has: `clusterName` of `--cluster-name`. */
export function readFlags(flags: Readonly<Record<string, unknown>>): Reading {
  const given = settings.flatMap((setting): Given[] => {
    const { flag } = setting;
    const raw = flag === undefined ? undefined : flags[attributeOf(flag)];
    if (flag === undefined || raw === undefined) return [];
    return [{ setting, name: flag, raw, origin: { kind: 'flag', flag } }];
  });
  return { given, problems: [] };
}

const attributeOf = (flag: string) =>
  flag.slice(2).replaceAll(/-([a-z])/g, (_all, letter: string) => letter.toUpperCase());
