import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parse, stringify } from 'yaml';
import { text, type Values } from './arguments.ts';
import { kubeconfigOf } from './clusters.ts';
import { AzFailure } from './failure.ts';
import type { Session } from './session.ts';

interface Entry {
  name: string;
  context?: { cluster: string; user: string };
}

interface Kubeconfig {
  clusters?: Entry[];
  users?: Entry[];
  contexts?: Entry[];
  'current-context'?: string;
}

const lists = ['clusters', 'users', 'contexts'] as const;

export interface Merged {
  /** For standard output: the service's own text. */
  out?: string;
  /** For standard error. */
  warning?: string;
}

/** Merges the cluster's credentials into a kubeconfig, as `az aks get-credentials` does. */
export async function getCredentials(session: Session, values: Values): Promise<Merged> {
  const given = await kubeconfigOf(session, values);
  const file = text(values, 'file') ?? defaultFile(session.environment);
  if (file === '-') return { out: given };
  const added = chosen(parse(given) as Kubeconfig, values);
  const merged = existsSync(file)
    ? merge(parse(readFileSync(file, 'utf8')) as Kubeconfig | null, added, values)
    : added;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, stringify(merged, { sortMapEntries: true }), { mode: 0o600 });
  return { warning: `WARNING: Merged "${added['current-context']}" as current context in ${file}` };
}

const defaultFile = (environment: Session['environment']) =>
  environment['KUBECONFIG']?.split(':')[0] || join(environment['HOME'] ?? homedir(), '.kube', 'config');

function chosen(config: Kubeconfig, values: Values): Kubeconfig {
  const context = text(values, 'context');
  const [cluster, entry] = [config.clusters?.[0], config.contexts?.[0]];
  if (context !== undefined && cluster && entry?.context)
    cluster.name = entry.name = entry.context.cluster = config['current-context'] = context;
  if (values['admin'] && entry) config['current-context'] = entry.name = `${entry.name}-admin`;
  return config;
}

function merge(existing: Kubeconfig | null, added: Kubeconfig, values: Values): Kubeconfig {
  const merged = { ...existing, 'current-context': added['current-context'] ?? '' };
  for (const list of lists) {
    const before = existing?.[list];
    if (!before) {
      throw new AzFailure(
        `No such key '${list}' in existing config, please confirm whether it is a valid config file. May back up this config file, delete it and retry the command.`,
      );
    }
    merged[list] = [
      ...before.filter(({ name }) => !added[list]?.some((entry) => entry.name === name)),
      ...(added[list] ?? []),
    ];
    if (values['overwrite-existing']) continue;
    const other = before.find((old) =>
      added[list]?.some((entry) => entry.name === old.name && !isDeepStrictEqual(entry, old)),
    );
    if (other)
      throw new AzFailure(`A different object named ${other.name} already exists in ${list} in your kubeconfig file.`);
  }
  return merged;
}
