import { systemClock } from '@meshbed/core';
import { audit, cleanupExitCodes, priceSource, type AuditedItem, type AuditReport } from '@meshbed/runner';
import { configurationFor } from '../session/configuration.ts';
import { openEnvironment } from '../session/environment.ts';
import { createInterrupt } from '../session/interrupt.ts';

export interface AuditFlags extends Record<string, unknown> {
  instance?: string;
  json?: boolean;
}

/** `audit`: exit code 0 when nothing of ours is there, 5 otherwise. */
export async function auditCommand(flags: AuditFlags): Promise<void> {
  const loaded = configurationFor({ flags });
  const { target, configuration } = await openEnvironment({ loaded, instance: flags.instance });
  using interrupt = createInterrupt();
  const report = await audit({ configuration, target, clock: systemClock, signal: interrupt.signal });
  process.stdout.write(flags.json ? `${JSON.stringify({ ...report, priceSource }, null, 2)}\n` : auditText(report));
  process.exitCode = report.items.length + report.unseen.length > 0 ? cleanupExitCodes.left : cleanupExitCodes.clean;
}

export function auditText({ items, unseen, perHour }: AuditReport): string {
  const accounts = Object.entries(Object.groupBy(items, ({ account, accountId }) => `${accountId} (${account})`));
  const parts = accounts.flatMap(([account, found = []]) => [
    `Account ${account}: ${found.length}`,
    ...found.map(itemLine),
  ]);
  const hidden = unseen.map(
    ({ kind, account, reason }) => `Could not look for ${kind} in account ${account}: ${reason}`,
  );
  const total = `Together ${dollars(perHour)} an hour, ${dollars(perHour * 730)} a month`;
  const source = `(${priceSource.region}, ${priceSource.date}: ${priceSource.note})`;
  const end = items.length === 0 ? ['Nothing of ours is there.'] : [total, source];
  return `${[...parts, ...hidden, ...end].join('\n')}\n`;
}

function itemLine({ title, name, id, price }: AuditedItem): string {
  const cost = price ? `  ${dollars(price.perHour)}/h, ${price.basis}` : '';
  return `  ${title.padEnd(26)} ${name}${name.includes(id) ? '' : `  ${id}`}${cost}`;
}

const dollars = (amount: number) => `$${amount < 1 ? amount.toFixed(4) : amount.toFixed(2)}`;
