import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanupJournalName, journalName } from '../../journal/journal.ts';
import type { Part } from '../types.ts';

/** What the run itself wrote down. */
export const run: Part = {
  folder: 'run',
  about: 'journal of the run, and the configuration it had',
  async collect({ configuration, target, runDirectory }, keep) {
    await keep('run/configuration.json', async () => configuration);
    const { kind, region, accounts, istioctl } = target;
    const shown = Object.entries(accounts).map(([name, { id, profile, endpoint }]) => ({
      name,
      id,
      profile,
      endpoint,
    }));
    await keep('run/target.json', async () => ({ kind, region, accounts: shown, istioctl: istioctl.command }));
    for (const name of runDirectory === undefined ? [] : [journalName, cleanupJournalName]) {
      const file = join(runDirectory ?? '', name);
      if (existsSync(file)) await keep(`run/${name}`, async () => readFileSync(file, 'utf8'));
    }
  },
};
