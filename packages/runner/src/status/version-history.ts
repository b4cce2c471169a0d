import type { RunSummary } from '../reports/report.ts';
import type { TrackedIssue, TrackedIssues } from './issue.ts';
import { table } from './markdown.ts';
import { dateOf } from './scenario-status.ts';

interface Entry {
  date: string;
  change: string;
  scenarios: string;
}

/** What changed when: first successes, components of another version, issues. @param runs the newest first */
export function versionHistory(runs: readonly RunSummary[], issues: TrackedIssues): string {
  const entries = [...firstSuccesses(runs), ...versionChanges(runs), ...issueEntries(issues)];
  const rows = entries
    .toSorted((a, b) => b.date.localeCompare(a.date))
    .map(({ date, change, scenarios }) => [date, change, scenarios]);
  return rows.length > 0 ? table(['Date', 'Change', 'Scenarios Affected'], rows) : 'Nothing is recorded yet.';
}

function firstSuccesses(runs: readonly RunSummary[]): Entry[] {
  const numbers = [...new Set(runs.map(({ scenario }) => scenario))].toSorted((a, b) => a - b);
  return numbers.flatMap((number) => {
    const first = runs.findLast(({ scenario, outcome }) => scenario === number && outcome === 'passed');
    if (!first) return [];
    const { passed, total } = first.counts.tests;
    const change = `Scenario ${number}: first recorded successful run (${passed}/${total} tests, ${first.target})`;
    return [{ date: dateOf(first), change, scenarios: String(number) }];
  });
}

/** A component counts from the first run that saw it. */
function versionChanges(runs: readonly RunSummary[]): Entry[] {
  const known = new Map<string, string>();
  return runs.toReversed().flatMap((run) =>
    Object.entries(run.versions).flatMap(([component, version]) => {
      const before = known.get(component);
      known.set(component, version);
      if (before === undefined || before === version) return [];
      return [{ date: dateOf(run), change: `${component} ${before} → ${version}`, scenarios: 'All' }];
    }),
  );
}

function issueEntries({ open, resolved }: TrackedIssues): Entry[] {
  return [
    ...open.map((issue) => ({
      date: issue.reported,
      change: `${issue.id} reported: ${issue.description}`,
      scenarios: affected(issue),
    })),
    ...resolved.map((issue) => ({
      date: issue.resolved,
      change: `${issue.id} resolved: ${issue.resolution}`,
      scenarios: affected(issue),
    })),
  ];
}

const affected = ({ scenarios }: TrackedIssue) => (scenarios === 'all' ? 'All' : scenarios.join(', '));
