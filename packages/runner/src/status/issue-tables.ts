import { knownIssues, severities, type Severity } from '../known-issues/index.ts';
import type { RunSummary } from '../reports/report.ts';
import type { TrackedIssue, TrackedIssues } from './issue.ts';
import { table } from './markdown.ts';
import { dateOf } from './scenario-status.ts';

/** Open and resolved issues of the file, and those that runs recognise by themselves. */
export function issueTables({ open, resolved }: TrackedIssues, runs: readonly RunSummary[]): string {
  return [
    '## Known Issues',
    '### Open Issues',
    open.length > 0
      ? table(
          ['ID', 'Severity', 'Scenarios', 'Component', 'Description', 'Workaround', 'Reported'],
          open.toSorted(bySeverity).map((each) => [...leading(each), each.description, each.workaround, each.reported]),
        )
      : 'No issue is open.',
    '### Resolved Issues',
    resolved.length > 0
      ? table(
          ['ID', 'Severity', 'Scenarios', 'Component', 'Description', 'Resolution', 'Reported', 'Resolved'],
          resolved
            .toSorted((a, b) => b.resolved.localeCompare(a.resolved))
            .map((each) => [...leading(each), each.description, each.resolution, each.reported, each.resolved]),
        )
      : 'No issue is resolved yet.',
    '### Recognised by meshbed',
    'Signatures match a failure to one of these; the reports of the run name it.',
    recognised(runs),
  ].join('\n\n');
}

const leading = ({ id, severity, scenarios, component }: TrackedIssue) => [
  id,
  titled(severity),
  shown(scenarios),
  component,
];

function recognised(runs: readonly RunSummary[]): string {
  const rows = knownIssues.map(({ id, severity, scenarios, component, title, automatic }) => {
    const met = runs.filter(({ issues }) => issues.some((issue) => issue.id === id));
    const [last] = met;
    const times = last ? `${met.length} of ${runs.length} runs, last ${dateOf(last)}` : 'never';
    return [id, titled(severity), shown(scenarios), component, title, automatic, times];
  });
  const head = ['ID', 'Severity', 'Scenarios', 'Component', 'Description', 'What meshbed does', 'Met'];
  return table(head, rows);
}

const bySeverity = (a: TrackedIssue, b: TrackedIssue) =>
  severities.indexOf(a.severity) - severities.indexOf(b.severity);
const titled = (severity: Severity) => `${severity[0]?.toUpperCase()}${severity.slice(1)}`;
const shown = (scenarios: 'all' | readonly number[]) => (scenarios === 'all' ? 'All' : scenarios.join(', '));
