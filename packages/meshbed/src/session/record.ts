import { join } from 'node:path';
import { messageOf } from '@meshbed/core';
import type { RunEvent } from '@meshbed/runner/journal';
import { recordInto } from '@meshbed/runner/records';
import { stateFolder } from './instance.ts';

/** Records of this user's runs. */
export const recordsFolder = (): string => join(stateFolder(), 'records');

/** Keeps a record of a run. Where that is not possible, the run goes on without, and says so once. */
export function recorder(): (event: RunEvent) => void {
  let write: ((event: RunEvent) => void) | undefined;
  let failed = false;
  return (event) => {
    if (failed) return;
    try {
      write ??= recordInto(recordsFolder());
      write(event);
    } catch (error) {
      failed = true;
      process.stderr.write(
        `meshbed: this run is not recorded: ${messageOf(error)}\n  next:   set MESHBED_HOME to a folder that can be written to\n`,
      );
    }
  };
}
