import { redactDeep } from '@meshbed/core';
import { countsOf, countsText, lastMs, outcomeOf } from '../journal/counts.ts';
import type { ResourceState, RunState, StepState, TestState } from '../journal/fold.ts';
import { issuesIn, recognise, type MetIssue } from '../known-issues/index.ts';
import {
  format,
  type FailureReport,
  type IssueReport,
  type ResourceReport,
  type RunReport,
  type RunSummary,
  type StepReport,
  type TestReport,
} from './report.ts';

/** The report of a run, from what its journal adds up to. Never shows a secret of this process. */
export function reportOf(state: RunState): RunReport {
  const { run, scenario, title, target, cluster, startedMs, environment, parts, exercises } = state;
  const tests = [...state.tests.values()];
  return redactDeep<RunReport>({
    format,
    run,
    scenario,
    title,
    target,
    cluster,
    region: environment?.region ?? '',
    owner: environment?.owner ?? '',
    outcome: state.outcome === 'running' ? 'unfinished' : state.outcome,
    exitCode: state.outcome === 'running' ? null : state.exitCode,
    started: new Date(startedMs).toISOString(),
    durationMs: lastMs(state) - startedMs,
    versions: { ...environment?.versions, ...Object.fromEntries(state.versions) },
    text: countsText(state),
    counts: { steps: countsOf(state.steps.values()), tests: countsOf(tests), categories: categoriesOf(tests) },
    issues: issuesIn(state).map(issueReport),
    parts,
    steps: [...state.steps.values()].map((step) => stepReport(step, startedMs)),
    tests: tests.map((test) => testReport(test, startedMs)),
    accounts: environment?.accounts ?? [],
    exercises,
    criticalPath: state.criticalPath.map(({ step, fromMs, toMs }) => ({
      step,
      fromMs: fromMs - startedMs,
      toMs: toMs - startedMs,
    })),
    resources: state.resources.map(resourceReport),
  });
}

/** What is left when a run is old. */
export function summaryOf(report: RunReport): RunSummary {
  const { accounts: _a, exercises: _e, criticalPath: _c, resources: _r, steps, tests, ...rest } = report;
  return {
    ...rest,
    steps: steps.map(({ changes: _n, waits: _w, ...step }) => step),
    tests: tests.map(({ cell: _cell, evidence: _evidence, ...test }) => test),
  };
}

function categoriesOf(tests: readonly TestState[]): RunReport['counts']['categories'] {
  const categories = [...new Set(tests.map(({ category }) => category))];
  return Object.fromEntries(
    categories.map((name) => [name, countsOf(tests.filter(({ category }) => category === name))]),
  );
}

const relative = (ms: number | undefined, startedMs: number) => (ms === undefined ? null : ms - startedMs);

function stepReport(step: StepState, startedMs: number): StepReport {
  const { number, id, description, part, changes, waits, endedMs } = step;
  return {
    number,
    id,
    description,
    part,
    outcome: outcomeOf(step),
    fromMs: relative(step.startedMs, startedMs),
    toMs: relative(endedMs, startedMs),
    changes,
    waits: waits.map(({ reason, atMs }, index) => ({
      reason,
      fromMs: atMs - startedMs,
      toMs: (waits[index + 1]?.atMs ?? endedMs ?? atMs) - startedMs,
    })),
    ...failureOf(step, id),
  };
}

function testReport(test: TestState, startedMs: number): TestReport {
  const { id, name, category, endedMs, cell, record } = test;
  return {
    id,
    name,
    category,
    outcome: outcomeOf(test),
    fromMs: relative(test.startedMs, startedMs),
    toMs: relative(endedMs, startedMs),
    ...(cell ? { cell } : {}),
    ...(record ? { evidence: record } : {}),
    ...failureOf(test),
  };
}

function failureOf({ status, code = '', detail: text }: StepState | TestState, step?: string) {
  if (status !== 'failed' && !(status === 'cancelled' && code !== '')) return {};
  const issue = recognise({ code, text, ...(step === undefined ? {} : { step }) })?.id;
  const failure: FailureReport = { code, text, ...(issue === undefined ? {} : { issue }) };
  return { failure };
}

const issueReport = ({ issue: { id, title, severity, workaround }, outcome, places, done }: MetIssue): IssueReport => ({
  id,
  title,
  severity,
  outcome,
  places,
  done,
  workaround,
});

function resourceReport({ step, resource, name, change, id, intendedMs, settledMs }: ResourceState): ResourceReport {
  const tookMs = settledMs === undefined ? null : settledMs - intendedMs;
  return { step, kind: resource, name, change, ...(id === undefined ? {} : { id }), tookMs };
}
