import { readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { program, type Client } from './client.ts';

const file = /^kubectl(?:[.-]v?1\.\d+)?$/;

const install = 'apt-get install kubernetes-client, or put programs named kubectl.1.NN on the PATH';

/**
 * Every kubectl on the PATH, one per minor version: `kubectl`, and `kubectl.1.NN` beside it. One row that is missing
 * when there is none.
 */
export async function kubectls(path: string): Promise<Client[]> {
  const found = new Map<string, Client>();
  for (const command of await programs(path)) {
    const at = await program(command, ['version', '--client'], /v(1\.\d+\.\d+)/);
    const minor = at?.version.split('.').slice(0, 2).join('.');
    if (!at || minor === undefined || found.has(minor)) continue;
    found.set(minor, { name: `kubectl ${minor}`, inCi: true, install, find: () => Promise.resolve(at) });
  }
  if (found.size > 0) return [...found.values()].toSorted((a, b) => a.name.localeCompare(b.name));
  return [{ name: 'kubectl', inCi: true, install, find: () => Promise.resolve(undefined) }];
}

/** Versioned programs first: a plain `kubectl` may be a dispatcher to one of them. */
async function programs(path: string): Promise<string[]> {
  const folders = path.split(delimiter).filter(Boolean);
  const lists = await Promise.all(folders.map((folder) => readdir(folder).catch(() => [])));
  const all = lists.flatMap((names, index) =>
    names.filter((name) => file.test(name)).map((name) => join(folders[index] ?? '', name)),
  );
  return all.toSorted((a, b) => Number(a.endsWith('kubectl')) - Number(b.endsWith('kubectl')));
}
