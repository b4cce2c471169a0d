import { join } from 'node:path';
import type { Configuration } from '@meshbed/runner';
import { stateFolder } from './instance.ts';

/** Journals of what was made in the clouds: one folder per account, region and cluster. */
export function cloudWorkDir({ accounts, region, clusterName }: Configuration): string {
  return join(stateFolder(), 'clouds', `${accounts.local.id}-${region}-${clusterName}`);
}
