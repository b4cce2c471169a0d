import { expect, test } from 'vitest';
import type { RunSummary } from '../reports/report.ts';
import { scenario1 } from '../scenario/scenario1.ts';
import { scenario3 } from '../scenario/scenario3.ts';
import { readIssues, statusPage } from './index.ts';

const counts = (passed: number, failed = 0, skipped = 0) => ({
  total: passed + failed + skipped,
  passed,
  failed,
  skipped,
  aborted: 0,
  notRun: 0,
});

function run(day: string, change: Partial<RunSummary> = {}, tests = counts(8)): RunSummary {
  return {
    format: 'meshbed/run/1',
    run: `${day}-a`,
    scenario: 1,
    title: 'One',
    target: 'sandbox',
    cluster: 'demo',
    region: 'us-east-2',
    owner: 'jane',
    outcome: 'passed',
    exitCode: 0,
    started: `2026-01-${day}T10:00:00.000Z`,
    durationMs: 840_000,
    versions: { Istio: '1.28.1' },
    text: `${tests.passed} of ${tests.total} tests passed`,
    parts: ['Accounts'],
    counts: { steps: counts(2), tests, categories: { discovery: tests } },
    steps: [{ number: 1, id: 'login', description: 'AWS login', part: 1, outcome: 'done', fromMs: 0, toMs: 61_000 }],
    issues: [],
    ...change,
    tests: [],
  };
}

const page = (runs: readonly RunSummary[], issues = '') =>
  statusPage({ scenarios: [scenario1, scenario3], runs, issues: readIssues(issues, 'issues.yaml') });

test('status: nothing is recorded yet', () => {
  const text = page([]);
  expect(text).toContain('> **Last Updated**: never');
  expect(text).toContain('| 1 | Single ECS cluster | - | Untested | - | - | No run is recorded |');
  expect(text).toContain('No issue is open.');
});

test.each([
  ['Passing', run('20')],
  ['Partial', run('20', { outcome: 'failed' }, counts(5, 3))],
  ['Failing', run('20', { outcome: 'failed' }, counts(0, 8))],
])('status: %s', (standing, last) => {
  const { passed, failed } = last.counts.tests;
  expect(page([run('19'), last])).toContain(
    `| 1 | Single ECS cluster | 2026-01-20 | ${standing} | ${passed} | ${failed} |`,
  );
});

test('status: the newest run counts, whatever the order of the records; the last good one has its own table', () => {
  const text = page([run('22', { outcome: 'failed' }, counts(2, 6)), run('20'), run('21')]);
  expect(text).toContain('> **Last Updated**: 2026-01-22');
  expect(text).toContain('| **Date** | 2026-01-21 |');
  expect(text).toContain('| Accounts | 1 min 01 s | AWS login |');
  expect(text).toContain('| **Total** | **14 min 00 s** | phases overlap |');
  expect(text).toMatch(/\| 2026-01-22 \| FAIL \| 2\/6 .*\n\| 2026-01-21 \| PASS \| 8\/0/);
});

test('status: a run that was not asked to test says nothing about a scenario', () => {
  expect(page([run('20', {}, counts(0, 0, 8))])).toContain('Untested');
});

test('status: version history, the newest first', () => {
  const issues = `
open:
  - {id: A-1, severity: low, scenarios: [1], component: c, description: d, workaround: w, reported: 2026-01-21}
`;
  const text = page([run('20'), run('22', { versions: { Istio: '1.29.0' } })], issues);
  const [, history] = text.split('## Version History');
  expect(history?.split('## Test Plan')[0]?.trim()).toBe(`| Date | Change | Scenarios Affected |
|---|---|---|
| 2026-01-22 | Istio 1.28.1 → 1.29.0 | All |
| 2026-01-21 | A-1 reported: d | 1 |
| 2026-01-20 | Scenario 1: first recorded successful run (8/8 tests, sandbox) | 1 |`);
});

test('status: known issues are counted over the runs, and open ones sorted by severity', () => {
  const met = {
    id: 'QUOTA-001',
    title: 't',
    severity: 'high',
    outcome: 'failed',
    places: [],
    done: [],
    workaround: '',
  } as const;
  const issue = (id: string, severity: string) =>
    `  - {id: ${id}, severity: ${severity}, scenarios: all, component: a|b, description: "<b>", workaround: w, reported: 2026-01-21}\n`;
  const text = page([run('20', { issues: [met] }), run('21')], `open:\n${issue('L', 'low')}${issue('C', 'critical')}`);
  expect(text).toMatch(/\| QUOTA-001 \|.*\| 1 of 2 runs, last 2026-01-20 \|/);
  expect(text).toMatch(/\| C \| Critical \| All \| a\\\|b \| &lt;b> .*\n\| L \| Low/);
});

const right = `id: A-1
    severity: high
    scenarios: [1, 3]
    component: c
    description: d
    workaround: w
    reported: 2026-01-20`;

test.each([
  [
    'severity: hig',
    right.replace('high', 'hig'),
    'issues.yaml:3:15: open[0].severity is "hig": it must be one of critical, high, medium, low; did you mean high?',
  ],
  [
    'a date',
    right.replace('2026-01-20', '2026-02-30'),
    'open[0].reported is "2026-02-30": it must be a date like 2026-01-20',
  ],
  ['scenarios', right.replace('[1, 3]', '[1, 9]'), 'open[0].scenarios is [1,9]: it must be all, or a list of 1, 2, 3'],
  ['a field that is not there', right.replace('    workaround: w\n', ''), 'open[0] has no workaround'],
  [
    'a field that nobody knows',
    right.replace('workaround', 'workarond'),
    'issues.yaml:7:5: open[0] has no field workarond; did you mean workaround?',
  ],
  ['an id twice', `${right}\n  - ${right}`, 'open[1] has the id A-1 of open[0]'],
])('issues: %s', (_name, issue, message) => {
  expect(() => readIssues(`open:\n  - ${issue}\n`, 'issues.yaml')).toThrow(message);
});

test.each([
  ['[]', 'issues.yaml:1:1: the file must have the lists open and resolved'],
  ['open: 5', 'issues.yaml:1:7: open must be a list of issues'],
  ['open: [5]', 'issues.yaml:1:8: open[0] must be an issue with id, severity, …'],
  ['opn: []', 'did you mean open?'],
  ['open: [', 'this is no valid YAML'],
])('issues: %s', (text, message) => {
  expect(() => readIssues(text, 'issues.yaml')).toThrow(message);
});

test.each(['', 'open:\nresolved:\n', '# nothing\n'])('issues: %j is none', (text) => {
  expect(readIssues(text, 'f')).toEqual({ open: [], resolved: [] });
});

test('issues: all problems at once', () => {
  expect(() => readIssues('open:\n  - {id: 1}\n', 'f')).toThrow(/f:2:10: open\[0\]\.id is 1.*\n.*has no severity\n/);
});
