import { hasStatus, type KubeApi } from '@meshbed/kube-client';
import { inParallel } from '../../in-parallel.ts';
import type { ServiceEntry } from '../objects.ts';
import { allocate } from './allocate.ts';

const writesAtOnce = 8;

export interface AddressControllerOptions {
  api: KubeApi;
  entries: () => Iterable<ServiceEntry>;
  log: (level: 'info' | 'warn', message: string) => void;
}

/** Writes allocated addresses into `status.addresses`; another writer in between wins, and the next run sees it. */
export async function assignAddresses({ api, entries, log }: AddressControllerOptions): Promise<void> {
  const { assignments, exhausted } = allocate(entries());
  for (const name of exhausted) log('warn', `addresses: none is left for ${name}`);
  await inParallel(assignments, writesAtOnce, async ({ entry, addresses }) => {
    const { resourceVersion, namespace, name } = entry.metadata;
    const guard = { op: 'test' as const, path: '/metadata/resourceVersion', value: resourceVersion };
    const change = { op: 'add' as const, path: '/status', value: { ...entry.status, addresses } };
    try {
      await api.jsonPatch(entry, [guard, change], { subresource: 'status' });
      log('info', `addresses: ${namespace}/${name}: ${addresses.map(({ value }) => value).join(', ') || 'released'}`);
    } catch (error) {
      if (!hasStatus(error, 404, 409, 422)) throw error;
    }
  });
}
