/** What the ztunnels of the cluster know, all of them compared. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '@meshbed/core';
import type { Configuration } from '../configuration/index.ts';
import { createCloudContext } from '../run/context.ts';
import type { Target } from '../target.ts';
import { ztunnelConfigs, type ZtunnelConfig } from './ztunnel-config.ts';

export interface MeshStateOptions {
  configuration: Configuration;
  target: Target;
  clock: Clock;
  signal: AbortSignal;
}

export type MeshSubject = keyof ZtunnelConfig;
export const meshSubjects: readonly MeshSubject[] = ['services', 'workloads', 'policies'];

export interface Known<Item> {
  item: Item;
  /** How many of the proxies know it. */
  by: number;
}

export interface MeshState<Subject extends MeshSubject> {
  proxies: number;
  known: readonly Known<ZtunnelConfig[Subject][number]>[];
}

/** One kind of object, by namespace and name. Proxies that are behind show as a smaller `by`. */
export async function meshState<Subject extends MeshSubject>(
  subject: Subject,
  options: MeshStateOptions,
): Promise<MeshState<Subject>> {
  const directory = join(options.target.workDir, 'mesh');
  mkdirSync(directory, { recursive: true });
  using context = createCloudContext({ ...options, directory });
  const configs = await ztunnelConfigs(context);
  const lists = configs.map((config) => config[subject] as ZtunnelConfig[Subject][number][]);
  return { proxies: configs.length, known: compared(lists) };
}

/** Each item once, with how many lists have it. Exported for tests. */
export function compared<Item extends { namespace: string; name: string }>(lists: readonly Item[][]): Known<Item>[] {
  const known = new Map<string, Known<Item>>();
  for (const item of lists.flatMap((list) => [...new Map(list.map((each) => [keyOf(each), each])).values()])) {
    known.set(keyOf(item), { item, by: (known.get(keyOf(item))?.by ?? 0) + 1 });
  }
  return [...known].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}

const keyOf = (item: { namespace: string; name: string; hostname?: string }) =>
  `${item.namespace}/${item.hostname ?? item.name}`;
