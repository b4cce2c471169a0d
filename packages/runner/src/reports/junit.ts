import { wayOf, type Counts } from '../journal/counts.ts';
import { tookMs } from './took.ts';
import { markup, type Markup, type Part } from './markup.ts';
import type { FailureReport, RunReport, StepReport, TestReport } from './report.ts';
import { wordOf } from './words.ts';

/**
 * JUnit XML as CI systems read it: one suite of the steps, one per category of tests. `failures` are what failed,
 * `errors` what was stopped on its way, `skipped` what was not asked for and what was not run; the properties tell the
 * two apart.
 */
export function junit(report: RunReport): string {
  const { scenario, title, target, run, started, durationMs } = report;
  const suites = [stepSuite(report), ...testSuites(report)];
  const all = suites.map(({ counts }) => counts).reduce(sum);
  const name = `meshbed scenario ${scenario}: ${title} (${target})`;
  const document = markup`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="${name}" ${numbers(all)} time="${seconds(durationMs)}" timestamp="${started}">
${suites.map((suite) => render(suite, { started, run }))}</testsuites>
`;
  return document.text;
}

interface Suite {
  name: string;
  counts: Counts;
  ms: number;
  properties: readonly (readonly [string, string | number])[];
  cases: readonly Markup[];
}

function stepSuite({ scenario, steps, counts, versions, text, outcome, exitCode, issues }: RunReport): Suite {
  const facts = Object.entries(versions).map(([name, version]) => [`version.${name}`, version] as const);
  const known = issues.map(({ id, title }) => [`known-issue.${id}`, title] as const);
  return {
    name: `scenario ${scenario}.steps`,
    counts: counts.steps,
    ms: duringMs(steps),
    properties: [['outcome', outcome], ['exit-code', exitCode ?? ''], ['summary', text], ...facts, ...known],
    cases: steps.map((step) =>
      testcase(step, `${String(step.number).padStart(2, '0')} ${step.id}: ${step.description}`, 'steps'),
    ),
  };
}

function testSuites({ scenario, tests, counts }: RunReport): Suite[] {
  return Object.entries(counts.categories).map(([category, own]) => {
    const members = tests.filter((test) => test.category === category);
    return {
      name: `scenario ${scenario}.${category}`,
      counts: own,
      ms: duringMs(members),
      properties: [],
      cases: members.map((test) => testcase(test, test.name, category)),
    };
  });
}

function render({ name, counts, ms, properties, cases }: Suite, { started, run }: { started: string; run: string }) {
  const rows = [['run', run] as const, ...countProperties(counts), ...properties];
  return markup`  <testsuite name="${name}" ${numbers(counts)} time="${seconds(ms)}" timestamp="${started}">
    <properties>
${rows.map(([key, value]) => markup`      <property name="${key}" value="${value}"/>\n`)}    </properties>
${cases}  </testsuite>
`;
}

const countProperties = ({ total, passed, failed, skipped, aborted, notRun }: Counts) =>
  Object.entries({ total, passed, failed, skipped, aborted, 'not-run': notRun }).map(
    ([name, count]) => [`count.${name}`, count] as const,
  );

const numbers = ({ total, failed, aborted, skipped, notRun }: Counts) =>
  markup`tests="${total}" failures="${failed}" errors="${aborted}" skipped="${skipped + notRun}"`;

function testcase(item: StepReport | TestReport, name: string, suite: string): Markup {
  const ms = tookMs(item) ?? 0;
  const evidence = 'evidence' in item && item.evidence ? evidenceText(item.evidence) : undefined;
  return markup`    <testcase classname="meshbed.${suite}" name="${name}" time="${seconds(ms)}">${outcomeOf(item)}${
    evidence === undefined ? '' : markup`\n      <system-out>${evidence}</system-out>`
  }
    </testcase>
`;
}

function outcomeOf({ outcome, failure }: StepReport | TestReport): Part {
  switch (wayOf(outcome)) {
    case 'passed':
      return '';
    case 'failed':
      return markup`\n      <failure ${described(failure)}>${failure?.text}</failure>`;
    case 'aborted':
      return markup`\n      <error message="aborted" type="aborted">${failure?.text ?? 'the run was stopped'}</error>`;
    case 'skipped':
    case 'notRun':
      return markup`\n      <skipped message="${wordOf(outcome)}"/>`;
  }
}

function described(failure: FailureReport | undefined): Markup {
  const [line = ''] = (failure?.text ?? '').split('\n');
  const issue = failure?.issue === undefined ? '' : `${failure.issue}: `;
  return markup`message="${issue}${line}" type="${failure?.code}"`;
}

const evidenceText = (evidence: object): string =>
  Object.entries(evidence)
    .map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join('; ') : String(value)}`)
    .join('\n');

function duringMs(items: readonly { fromMs: number | null; toMs: number | null }[]): number {
  const from = items.flatMap(({ fromMs }) => fromMs ?? []);
  const to = items.flatMap(({ toMs }) => toMs ?? []);
  return from.length === 0 || to.length === 0 ? 0 : Math.max(...to) - Math.min(...from);
}

const seconds = (ms: number) => (Math.max(0, ms) / 1000).toFixed(3);

function sum(one: Counts, other: Counts): Counts {
  return {
    total: one.total + other.total,
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
    aborted: one.aborted + other.aborted,
    notRun: one.notRun + other.notRun,
  };
}
