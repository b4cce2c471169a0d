import {
  appendFileSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { redactDeep } from '@meshbed/core';
import type { RunEvent } from '../events.ts';

export interface Journal<Event = RunEvent> {
  readonly file: string;
  write: (event: Event) => void;
}

/** Of a run, and of a cleanup, in a directory of their own. */
export const journalName = 'journal.ndjson';
export const cleanupJournalName = 'cleanup.ndjson';

/** Events that have to survive the machine, not only the process: without them something stays behind unknown. */
const durable: ReadonlySet<string> = new Set(['resource-intended', 'resource-settled']);

export interface JournalOptions {
  /** Whether what it tells of outlives the machine: clouds do, a sandbox does not. Default: it does. */
  outlivesMachine?: boolean;
}

/**
 * One event per line, only ever appended. Writing is synchronous: the intent to create something has to be on disk
 * before the request leaves. Secrets never get into it.
 */
export function openJournal<Event extends { kind: string } = RunEvent>(
  file: string,
  { outlivesMachine = true }: JournalOptions = {},
): Journal<Event> {
  mkdirSync(dirname(file), { recursive: true });
  return {
    file,
    write(event) {
      const line = `${JSON.stringify(redactDeep(event))}\n`;
      if (outlivesMachine && durable.has(event.kind)) appendDurably(file, line);
      else appendFileSync(file, line);
    },
  };
}

function appendDurably(file: string, line: string): void {
  const descriptor = openSync(file, 'a');
  try {
    writeSync(descriptor, line);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** What is left of a journal: a line that a crash tore is no event. */
export function readJournal<Event = RunEvent>(file: string): Event[] {
  const text = unlessAbsent(() => readFileSync(file, 'utf8')) ?? '';
  return text.split('\n').flatMap((line) => parsed<Event>(line));
}

function parsed<Event>(line: string): Event[] {
  try {
    return [JSON.parse(line) as Event];
  } catch {
    return [];
  }
}

/** Directories of all runs and cleanups of a work directory, oldest first: their names sort by time. */
export function runDirectories(workDir: string): string[] {
  const runs = join(workDir, 'runs');
  return (unlessAbsent(() => readdirSync(runs)) ?? []).toSorted().map((name) => join(runs, name));
}

function unlessAbsent<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
