import type { Command } from 'commander';
import { collected } from '../options.ts';
import type { CompareFlags } from './compare.ts';
import type { HistoryFlags } from './history.ts';
import type { ReportFlags } from './report.ts';
import type { StatusFlags } from './status.ts';

const naming = '\nRUN is latest, previous, the beginning of a name, or a journal (file or folder) from elsewhere.\n';

/** What is known of runs of the past. */
export function addRecords(program: Command): void {
  program
    .command('report')
    .helpGroup('Runs of the past:')
    .summary('the report of a run: text, HTML, JUnit XML or JSON')
    .description('Reports a run from its record, as run --report does when it ends.')
    .argument('[run]', 'which one', 'latest')
    .option('-f, --format <format>', 'text (default), html, junit or json, on standard output')
    .option(
      '-o, --output <path>',
      'write FILE.html, FILE.xml (JUnit), FILE.json, FILE.txt, or a folder for all; may be repeated',
      collected,
    )
    .addHelpText('after', naming)
    .action(async (run: string, flags: ReportFlags) => (await import('./report.ts')).reportCommand(run, flags));
  program
    .command('history')
    .helpGroup('Runs of the past:')
    .summary('which runs there were, the newest first')
    .option('--scenario <number>', 'only of this scenario')
    .option('--target <where>', 'only in the sandbox, or in the cloud')
    .option('--limit <count>', 'how many (default: 20)')
    .option('--json', 'as JSON')
    .action(async (flags: HistoryFlags) => (await import('./history.ts')).historyCommand(flags));
  program
    .command('compare')
    .helpGroup('Runs of the past:')
    .summary('what differs between two runs: outcomes, times, versions')
    .argument('[before]', 'the one', 'previous')
    .argument('[after]', 'the other', 'latest')
    .option('--json', 'as JSON')
    .addHelpText('after', naming)
    .action(async (before: string, after: string, flags: CompareFlags) =>
      (await import('./compare.ts')).compareCommand(before, after, flags),
    );
  program
    .command('status')
    .helpGroup('Runs of the past:')
    .summary('the status page: scenarios, versions, issues, history; in Markdown')
    .description('Computes the status page from the records of runs and a file of issues.')
    .option('--write [file]', 'write it to a file; default: STATUS.md')
    .option('--issues <file>', 'open and resolved issues in YAML; default: issues.yaml, if there is one')
    .option('--records <file>', 'summaries of runs, as history --json prints them, in place of the own records')
    .action(async (flags: StatusFlags) => (await import('./status.ts')).statusCommand(flags));
}
