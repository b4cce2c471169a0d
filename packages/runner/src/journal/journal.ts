import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { RunEvent } from '../events.ts';

export interface Journal {
  readonly file: string;
  write(event: RunEvent): void;
}

/**
 * One event per line, only ever appended. Writing is synchronous: the intent to create something has to be on disk
 * before the request leaves.
 */
export function openJournal(file: string): Journal {
  mkdirSync(dirname(file), { recursive: true });
  return {
    file,
    write: (event) => appendFileSync(file, `${JSON.stringify(event)}\n`),
  };
}
