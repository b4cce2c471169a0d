import { existsSync, readFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { loadConfiguration, type Loaded, type Machine } from '@meshbed/runner/configuration';

export interface Asked {
  /** Options of the command line, `config` and those of settings among them. */
  flags: Readonly<Record<string, unknown>>;
  scenario?: number;
  /** Default: as configured. */
  target?: 'sandbox' | 'cloud';
}

/** The configuration of this command. @throws MeshbedError `user/configuration`, `user/no-configuration` */
export function configurationFor({ flags, scenario, target }: Asked): Loaded {
  const asked = { ...(scenario === undefined ? {} : { scenario }), ...(target === undefined ? {} : { target }) };
  return loadConfiguration({ files: configurationFiles(flags), flags, machine: thisMachine(), ...asked });
}

export const projectFile = 'meshbed.yaml';

/** First the one that wins: the file of this command or project, then the user's own. */
export function configurationFiles({ config }: Readonly<Record<string, unknown>>): string[] {
  const { MESHBED_CONFIG, XDG_CONFIG_HOME } = process.env;
  const chosen = typeof config === 'string' ? config : MESHBED_CONFIG || undefined;
  const own = join(XDG_CONFIG_HOME || join(homedir(), '.config'), 'meshbed', 'config.yaml');
  const project = chosen ?? (existsSync(projectFile) ? projectFile : undefined);
  return [...(project === undefined ? [] : [project]), ...(existsSync(own) ? [own] : [])];
}

function thisMachine(): Machine {
  return {
    environment: process.env,
    userName: userInfo().username,
    readText: (file) => readFileSync(file, 'utf8'),
  };
}
