import { duration } from '@meshbed/core';
import type { RunState, StepState, TestState } from '../journal/fold.ts';
import { knownIssues } from './catalogue.ts';
import { recognise } from './recognise.ts';
import type { KnownIssue, Trace } from './types.ts';

/** A known issue that a run met. */
export interface MetIssue {
  issue: KnownIssue;
  /** `failed`: something failed because of it; `overcome`: it was met, and the run went on. */
  outcome: 'failed' | 'overcome';
  /** Steps and tests, as people know them. */
  places: readonly string[];
  /** What was done about it without anybody asking. */
  done: readonly string[];
}

/** Those that something failed of come first. */
export function issuesIn(state: RunState, issues: readonly KnownIssue[] = knownIssues): MetIssue[] {
  const failed = failures(state, issues);
  const names = new Set(failed.map(({ issue }) => issue.id));
  return [...failed, ...overcome(state, issues).filter(({ issue }) => !names.has(issue.id))];
}

/** Shorter ones are no waits, but steps finding out what is missing. */
const worthTellingMs = 5000;

function failures({ steps, tests }: RunState, issues: readonly KnownIssue[]): MetIssue[] {
  const met = new Map<KnownIssue, { places: string[]; done: Set<string> }>();
  const note = (item: StepState | TestState, place: string, step?: string) => {
    if (item.status !== 'failed') return;
    const facts = { code: item.code ?? '', text: item.detail, ...(step === undefined ? {} : { step }) };
    const issue = recognise(facts, issues);
    if (!issue) return;
    const known = met.get(issue) ?? { places: [], done: new Set([issue.automatic]) };
    known.places.push(place);
    const last = waitsOf(item).at(-1);
    if (last && last.ms >= worthTellingMs) known.done.add(last.text);
    met.set(issue, known);
  };
  for (const step of steps.values()) note(step, placeOf(step), step.id);
  for (const test of tests.values()) note(test, `test ${test.name}`);
  return [...met].map(([issue, { places, done }]) => ({ issue, outcome: 'failed', places, done: [...done] }));
}

function overcome({ steps, resources }: RunState, issues: readonly KnownIssue[]): MetIssue[] {
  const passed = [...steps.values()].filter(({ status }) => status === 'done' || status === 'unchanged');
  return issues.flatMap(({ traces = [], ...issue }) => {
    const found = passed.flatMap((step) => {
      const own = resources.filter((resource) => resource.step === step.id);
      const done = traces.flatMap((trace) => tracesIn(trace, step, own));
      return done.length === 0 ? [] : [{ place: placeOf(step), done }];
    });
    if (found.length === 0) return [];
    const done = [...new Set(found.flatMap((each) => each.done))];
    return { issue: { traces, ...issue }, outcome: 'overcome', places: found.map(({ place }) => place), done };
  });
}

function tracesIn(trace: Trace, step: StepState, resources: RunState['resources']): string[] {
  if ('waited' in trace) return waitsOf(step).flatMap(({ reason, text }) => (trace.waited.test(reason) ? [text] : []));
  return resources.flatMap(({ resource, name }) =>
    trace.created.test(resource) ? [`made a ${resource} ${name}`] : [],
  );
}

/** Each wait lasts until the next one, or the end. */
function waitsOf({
  waits,
  endedMs,
}: Pick<StepState, 'waits' | 'endedMs'>): { reason: string; ms: number; text: string }[] {
  return waits.map(({ reason, atMs }, index) => {
    const untilMs = waits[index + 1]?.atMs ?? endedMs ?? atMs;
    const ms = untilMs - atMs;
    return { reason, ms, text: `waited ${duration(ms)}: ${reason}` };
  });
}

const placeOf = ({ number, id }: StepState) => `step ${number} ${id}`;
