import { writeFileSync } from 'node:fs';
import { MeshbedError, Secret } from '@meshbed/core';
import {
  configurationSchema,
  shellFile,
  shownAsJson,
  shownAsYaml,
  shownWithOrigins,
  yamlFile,
  type Loaded,
  type Values,
} from '@meshbed/runner/configuration';
import { scenarioNumbered } from '@meshbed/runner/scenario';
import { configurationFiles, configurationFor } from '../../session/configuration.ts';

type Flags = Readonly<Record<string, unknown>>;

export function show(flags: Flags): void {
  const { values } = configurationFor({ flags });
  const format = flags['json'] ? shownAsJson : flags['origin'] ? shownWithOrigins : shownAsYaml;
  process.stdout.write(format(values));
}

export function check(flags: Flags): void {
  const loaded = configurationFor({ flags, ...(flags['cloud'] ? { target: 'cloud' } : {}) });
  const files = configurationFiles(flags);
  process.stdout.write(`${files.length === 0 ? 'no file' : files.join(', ')}: nothing wrong\n${summary(loaded)}`);
}

function summary({ configuration: { scenario, region, clusterName, accounts }, values }: Loaded): string {
  const account = (name: 'local' | 'external') => {
    const { id, profile } = accounts[name];
    if (id === undefined) return [];
    return [`  ${name.padEnd(9)} account ${id}${profile === undefined ? '' : `, profile ${profile}`}`];
  };
  const set = [...values.values()].filter(({ origin }) => origin.kind !== 'default');
  const lines = [
    `  settings  ${set.length} set, ${values.size - set.length} by default`,
    ...(scenario === undefined ? [] : [`  scenario  ${scenario}`]),
    `  cluster   ${clusterName} in ${region}`,
    ...account('local'),
    ...account('external'),
  ];
  return `${lines.join('\n')}\n`;
}

export function init(file: string, flags: Flags): void {
  const named = flags['scenario'];
  const scenario = typeof named === 'string' ? scenarioNumbered(named).number : undefined;
  const asked = scenario === undefined ? {} : { scenario };
  const { configuration, values } = configurationFor({ flags, ...asked });
  const written = toWrite(values);
  if (scenario !== undefined) written.set('scenario', scenario);
  const write = flags['shell'] ? shellFile : yamlFile;
  const text = write(written, scenario ?? configuration.scenario);
  if (file === '-') return void process.stdout.write(text);
  createFile(file, text, flags['force'] === true);
  process.stdout.write(`wrote ${file}; look at it, then: meshbed config check -c ${file}\n`);
}

/** What was set; of a secret only where it is to be found. */
function toWrite(values: Values): Map<string, unknown> {
  const set = [...values].filter(([, { origin }]) => origin.kind !== 'default');
  return new Map(
    set.map(([key, { value, setting }]) => [key, value instanceof Secret ? `env:${setting.variables[0]}` : value]),
  );
}

function createFile(file: string, text: string, overwrite: boolean): void {
  try {
    writeFileSync(file, text, { flag: overwrite ? 'w' : 'wx', mode: 0o600 });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    throw new MeshbedError('user/file-exists', `${file} exists`, {
      object: file,
      next: 'name another file, or overwrite it with --force',
    });
  }
}

export function schema(): void {
  process.stdout.write(`${JSON.stringify(configurationSchema(), null, 2)}\n`);
}
