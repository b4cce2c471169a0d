import { appendFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { MeshbedError, redactDeep, suggestion } from '@meshbed/core';
import type { RunEvent } from '../events.ts';
import { emptyRun, fold, type RunState } from '../journal/fold.ts';
import { journalName, readJournal } from '../journal/journal.ts';

/** How many runs are remembered. */
export const kept = 100;

const extension = '.ndjson';

/**
 * Writes the events of a run into the folder of records while it goes on, so that one that dies is known too. Records
 * are for people: reading them again never decides what is done.
 */
export function recordInto(folder: string): (event: RunEvent) => void {
  let file: string | undefined;
  return (event) => {
    if (event.kind === 'run-started') {
      createFolder(folder);
      file = join(folder, `${event.run}${extension}`);
      forgetOld(folder);
    }
    if (file !== undefined) appendFileSync(file, `${JSON.stringify(redactDeep(event))}\n`, { mode: 0o600 });
  };
}

/**
 * One folder after the other: in places that take no new files, as /proc is, Node's own recursion never ends.
 * Somebody else may be faster.
 */
function createFolder(folder: string): void {
  if (existsSync(folder)) return;
  createFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Two runs may do so at the same time. */
function forgetOld(folder: string): void {
  for (const name of recordNames(folder).slice(kept - 1)) rmSync(join(folder, `${name}${extension}`), { force: true });
}

/** Names of the recorded runs, the newest first: names sort by time. */
export function recordNames(folder: string): string[] {
  const files = unlessAbsent(() => readdirSync(folder)) ?? [];
  return files
    .filter((file) => file.endsWith(extension))
    .map((file) => basename(file, extension))
    .toSorted()
    .toReversed();
}

/** All recorded runs, the newest first. */
export function recordedRuns(folder: string): RunState[] {
  return recordNames(folder)
    .map((name) => runIn(join(folder, `${name}${extension}`)))
    .filter(({ run }) => run !== '');
}

const runIn = (file: string): RunState => readJournal(file).reduce(fold, emptyRun);

/**
 * The run that `latest`, `previous`, the beginning of a name, or a journal (its file or the directory it is in) means.
 * @throws MeshbedError `user/no-run`, `user/ambiguous-run`
 */
export function findRun(folder: string, wanted: string): RunState {
  const names = recordNames(folder);
  const aliases: Record<string, string | undefined> = { latest: names[0], previous: names[1] };
  if (Object.hasOwn(aliases, wanted)) return recorded(folder, aliases[wanted], wanted, names);
  if (names.includes(wanted)) return recorded(folder, wanted, wanted, names);
  const found = wanted === '' ? [] : names.filter((name) => name.startsWith(wanted));
  if (found.length > 1) throw ambiguous(wanted, found);
  return found[0] === undefined ? fromFile(wanted, names) : recorded(folder, found[0], wanted, names);
}

function recorded(folder: string, name: string | undefined, wanted: string, names: readonly string[]): RunState {
  const state = name === undefined ? undefined : runIn(join(folder, `${name}${extension}`));
  if (state && state.run !== '') return state;
  throw unknown(wanted, names);
}

/** A journal from another machine, or of an environment. */
function fromFile(wanted: string, names: readonly string[]): RunState {
  const found = wanted === '' ? undefined : unlessAbsent(() => statSync(wanted));
  if (!found) throw unknown(wanted, names);
  const state = runIn(found.isDirectory() ? join(wanted, journalName) : wanted);
  if (state.run !== '') return state;
  throw new MeshbedError('user/no-run', `${wanted} is not the journal of a run`, {
    next: 'name a file of events, one per line: journal.ndjson, or what run --json prints',
  });
}

function ambiguous(wanted: string, found: readonly string[]): MeshbedError {
  const shown = found.slice(0, 5).join(', ');
  return new MeshbedError('user/ambiguous-run', `${found.length} runs begin with ${wanted}`, {
    next: `write more of it: ${shown}${found.length > 5 ? ', …' : ''}`,
  });
}

function unknown(wanted: string, names: readonly string[]): MeshbedError {
  const choice =
    names.length === 0
      ? 'there is no record of a run yet: meshbed run 1'
      : `choose latest, previous or the beginning of a name: ${names.slice(0, 3).join(', ')}; all: meshbed history`;
  const next = [suggestion(wanted, ['latest', 'previous', ...names]), choice].filter((part) => part !== '').join(' ');
  return new MeshbedError('user/no-run', `there is no run ${wanted}`, { next });
}

function unlessAbsent<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
