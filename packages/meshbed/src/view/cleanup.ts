import { duration } from '@meshbed/core';
import type { CleanupEvent, Found, Left, Unseen } from '@meshbed/runner';
import { kinds } from '@meshbed/runner';
import { markOf, paintFor, type Paint } from './paint.ts';

/** Shows a cleanup as it goes. */
export interface CleanupView {
  show(event: CleanupEvent): void;
}

export function createCleanupView(out: NodeJS.WritableStream, { json }: { json?: boolean }): CleanupView {
  if (json) return { show: (event) => void out.write(`${JSON.stringify(event)}\n`) };
  const paint = paintFor(out);
  let startedMs = 0;
  let deleted = 0;
  return {
    show(event) {
      if (event.kind === 'cleanup-started') startedMs = event.atMs;
      if (event.kind === 'deletion-ended' && event.fate.state === 'gone') deleted += 1;
      const text = textOf(event, { paint, elapsedMs: event.atMs - startedMs, deleted });
      if (text !== '') out.write(`${text}\n`);
    },
  };
}

interface Progress {
  paint: Paint;
  elapsedMs: number;
  deleted: number;
}

function textOf(event: CleanupEvent, progress: Progress): string {
  const { paint, elapsedMs } = progress;
  const at = `${(elapsedMs / 1000).toFixed(1).padStart(7)} s`;
  switch (event.kind) {
    case 'cleanup-planned':
      return planText(event);
    case 'deletion-started':
      return '';
    case 'deletion-waiting':
      return kinds[event.item.kind].incidental ? '' : `${at}  ▸ ${nameOf(event.item)}  ${event.reason}`;
    case 'deletion-ended':
      return ended(event, at, paint);
    case 'cleanup-started':
      return `Looking for everything of ${event.cluster} (${event.target})`;
    case 'sweep-started':
      return `${at}    looking again, in every account`;
    case 'cleanup-ended':
      return endText(event, progress);
  }
}

const nameOf = ({ kind, name }: Found) => `${kinds[kind].title} ${name}`;

function ended({ item, fate }: Extract<CleanupEvent, { kind: 'deletion-ended' }>, at: string, paint: Paint): string {
  if (fate.state === 'gone') {
    const { mark, tone } = markOf('done');
    return kinds[item.kind].incidental ? '' : `${at}  ${paint(tone, mark)} ${nameOf(item)}`;
  }
  const { mark, tone } = markOf(fate.state === 'left' ? 'failed' : 'running');
  return `${at}  ${paint(tone, mark)} ${nameOf(item)}  ${fate.reason}`;
}

const worth = (found: readonly Found[]) => found.filter(({ kind }) => !kinds[kind].incidental);

/** What will go, per account. */
export function planText({
  items,
  kept,
  unseen,
}: {
  items: readonly Found[];
  kept: readonly Found[];
  unseen: readonly Unseen[];
}): string {
  const accounts = Object.entries(
    Object.groupBy(worth(items), ({ account, accountId }) => `${accountId} (${account})`),
  );
  const parts = accounts.flatMap(([account, found = []]) => [
    `Account ${account}: ${found.length} to delete`,
    ...found.map(itemLine),
  ]);
  const nothing = accounts.length === 0 ? ['Nothing to delete.'] : [];
  const stays = worth(kept);
  const staying = stays.length > 0 ? [`Stays without --eks: ${summaryOf(stays)}`] : [];
  return [...parts, ...nothing, ...staying, ...unseen.map(unseenLine)].join('\n');
}

function itemLine({ kind, name, id, evidence }: Found): string {
  const why = { tag: '', name: 'by its name', place: '', journal: 'by the journal' }[evidence];
  const facts = [name, name.includes(id) ? '' : id, why].filter((fact) => fact !== '');
  return `  ${kinds[kind].title.padEnd(26)} ${facts.join('  ')}`;
}

function summaryOf(found: readonly Found[]): string {
  const groups = Object.entries(Object.groupBy(found, ({ kind }) => kinds[kind].title));
  return groups.map(([title, { length } = []]) => (length > 1 ? `${length} × ${title}` : title)).join(', ');
}

const unseenLine = ({ kind, account, reason }: Unseen) =>
  `Could not look for ${kinds[kind].title} in account ${account}: ${reason}`;

function endText(
  { left, unseen, exitCode }: Extract<CleanupEvent, { kind: 'cleanup-ended' }>,
  progress: Progress,
): string {
  const { paint, elapsedMs, deleted } = progress;
  if (left.length + unseen.length > 0) {
    const head = paint(
      'bad',
      `Left: ${left.length} of ours ${left.length === 1 ? 'is' : 'are'} still there, ${deleted} deleted`,
    );
    return ['', head, ...left.flatMap(leftLines), ...unseen.map(unseenLine)].join('\n');
  }
  if (exitCode !== 0) return paint('bad', `Stopped: ${deleted} deleted`);
  return paint('good', `Clean: ${deleted} deleted, nothing of ours is left, ${duration(elapsedMs)}`);
}

export const leftLines = ({ title, name, id, accountId, reason, command }: Left): string[] => [
  `  ${title} ${name}${name.includes(id) ? '' : ` (${id})`} in account ${accountId}`,
  `    because  ${reason}`,
  `    by hand  ${command}`,
];
