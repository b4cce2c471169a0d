import { join } from 'node:path';
import type { RunEvent } from '../events.ts';
import type { CleanupEvent } from '../cleanup/events.ts';
import { cleanupJournalName, journalName, readJournal, runDirectories } from './journal.ts';

/**
 * Ids, ARNs and names of everything that runs of this cluster created or meant to create, and no cleanup saw go. Only a
 * hint where to look: what is there is asked from the clouds.
 */
export function journaledResources(workDir: string, clusterName: string): string[] {
  const known = new Set<string>();
  for (const directory of runDirectories(workDir)) {
    const events = readJournal(join(directory, journalName));
    if (isOf(events, clusterName)) for (const event of events) remember(known, event);
    for (const event of readJournal<CleanupEvent>(join(directory, cleanupJournalName))) forget(known, event);
  }
  return [...known];
}

function isOf(events: readonly RunEvent[], clusterName: string): boolean {
  const start = events.find((event) => event.kind === 'run-started');
  return start?.cluster === undefined || start.cluster === clusterName;
}

function remember(known: Set<string>, event: RunEvent): void {
  if (event.kind === 'resource-intended') known.add(event.name);
  if (event.kind === 'resource-settled' && event.id !== undefined) known.add(event.id);
}

function forget(known: Set<string>, event: CleanupEvent): void {
  if (event.kind === 'deletion-ended' && event.fate.state === 'gone') known.delete(event.item.id);
}
