import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunEvent, StepOutcome } from '../events.ts';
import { journalName, readJournal, runDirectories } from './journal.ts';

/** Marks a run whose progress a reset forgot: in each run's own directory, so that no clock decides what came first. */
const forgottenName = 'forgotten';

/** How each step of a scenario ended when it last ran, as the journals tell it; what is really there only a run says. */
export function progressOf(workDir: string, scenario: number): Map<string, StepOutcome> {
  const progress = new Map<string, StepOutcome>();
  for (const directory of runDirectories(workDir)) {
    if (existsSync(join(directory, forgottenName))) continue;
    const events = readJournal(join(directory, journalName));
    if (isOf(events, scenario)) for (const event of events) note(progress, event);
  }
  return progress;
}

const isOf = ([start]: readonly RunEvent[], scenario: number) =>
  start?.kind === 'run-started' && start.scenario === scenario;

function note(progress: Map<string, StepOutcome>, event: RunEvent): void {
  if (event.kind === 'step-started') progress.set(event.step, 'cancelled');
  if (event.kind === 'step-ended' && event.outcome !== 'skipped') progress.set(event.step, event.outcome);
}

/** Forgets progress, not resources: the journals stay, because cleanup reads them. */
export function resetProgress(workDir: string): void {
  for (const directory of runDirectories(workDir)) writeFileSync(join(directory, forgottenName), '');
}
