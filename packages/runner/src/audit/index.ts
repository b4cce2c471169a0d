/** What of ours is there now, and what it costs. Changes nothing. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '@meshbed/core';
import { kinds } from '../cleanup/kinds/index.ts';
import { leftOf, strayLeft } from '../cleanup/left.ts';
import { placesOf } from '../cleanup/places.ts';
import { sweep } from '../cleanup/sweep.ts';
import type { Left, Unseen } from '../cleanup/types.ts';
import type { Configuration } from '../configuration/index.ts';
import { journaledResources } from '../journal/resources.ts';
import { createCloudContext } from '../run/context.ts';
import type { Target } from '../target.ts';
import { priceOf, type Price } from './prices.ts';

export { priceSource, type Price } from './prices.ts';

export interface AuditOptions {
  configuration: Configuration;
  target: Target;
  clock: Clock;
  signal: AbortSignal;
}

export interface AuditedItem extends Left {
  price?: Price;
}

export interface AuditReport {
  items: readonly AuditedItem[];
  unseen: readonly Unseen[];
  /** US dollars. */
  perHour: number;
}

/** The sweep that ends a cleanup, on its own: by journal, by tag and by name, in every account. */
export async function audit(options: AuditOptions): Promise<AuditReport> {
  const { configuration, target } = options;
  const directory = join(target.workDir, 'audit');
  mkdirSync(directory, { recursive: true });
  using context = createCloudContext({ ...options, directory });
  const places = placesOf(context);
  const swept = await sweep(places, journaledResources(target.workDir, configuration.clusterName));
  const placeOf = (account: string) => places.find((place) => place.account === account);
  const found = swept.found
    .filter(({ kind }) => !kinds[kind].incidental)
    .map((each): AuditedItem => {
      const price = priceOf(each.kind, configuration);
      const item = leftOf(each, placeOf(each.account), each.evidence);
      return price === undefined ? item : { ...item, price };
    });
  const items = [...found, ...swept.strays.map((stray) => strayLeft(stray, placeOf(stray.account)))];
  const perHour = found.reduce((sum, { price }) => sum + (price?.perHour ?? 0), 0);
  return { items, unseen: swept.unseen, perHour };
}
