import type { Command } from 'commander';
import { addOptions, addSettings } from '../options.ts';
import type { EvidenceFlags } from './evidence.ts';

/** `evidence [RUN]`: the archive that a failed run leaves, any time. */
export function addEvidence(program: Command): void {
  const command = program
    .command('evidence')
    .helpGroup('Questions:')
    .summary('one archive of all that explains a failure, without secrets')
    .description(
      'Collects journal, events, states, proxy configurations, logs, certificates, policies and what the clouds say, with\na diagnosis on one page. Failed runs do this by themselves, before anything is cleaned up. Changes nothing.',
    )
    .argument('[run]', 'name of the run, as in its directory; default: the last one')
    .option('-o, --output <file>', 'the archive to write: NAME.tar.gz')
    .option('--json', 'what was written as JSON');
  addSettings(addOptions(command, 'evidence'), 'hidden').action(async (run: string | undefined, flags: EvidenceFlags) =>
    (await import('./evidence.ts')).evidenceCommand(run, flags),
  );
}
