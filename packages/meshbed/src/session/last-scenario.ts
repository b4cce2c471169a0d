import { join } from 'node:path';
import { journalName, readJournal, runDirectories } from '@meshbed/runner/journal';

/** Number of the scenario that ran last in an environment; undefined before the first. */
export function lastScenario(workDir: string): number | undefined {
  for (const directory of runDirectories(workDir).toReversed()) {
    const [start] = readJournal(join(directory, journalName));
    if (start?.kind === 'run-started') return start.scenario;
  }
  return undefined;
}
