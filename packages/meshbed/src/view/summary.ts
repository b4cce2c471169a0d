import { duration } from '@meshbed/core';
import {
  countsOf,
  countsText,
  crossingLines,
  lastMs,
  type RunState,
  type StepState,
  type TestState,
} from '@meshbed/runner/journal';
import { issuesIn } from '@meshbed/runner/known-issues';
import { matrix } from './matrix.ts';
import { markOf, type Paint } from './paint.ts';

/** What a run came to: every test with its evidence, every failure in full, the totals. */
export function summary(state: RunState, paint: Paint): string {
  const [steps, tests] = [[...state.steps.values()], [...state.tests.values()]];
  const ran = tests.filter(({ status }) => !unrun.has(status));
  const sections = [
    ...(ran.length > 0 ? [ran.map((test) => testSection(test, paint)).join('\n')] : []),
    ...(isMatrix(state) ? matrix(state, paint) : []),
    ...failures(steps, paint),
    ...issues(state, paint),
    [...critical(state), totals(state, paint)].join('\n'),
  ];
  return `\n${sections.join('\n\n')}\n`;
}

const unrun: ReadonlySet<string> = new Set(['planned', 'skipped', 'not-run']);

/** Tables are worth their lines only when every pair was tried. */
function isMatrix({ tests }: RunState): boolean {
  const cells = [...tests.values()].flatMap(({ cell }) => (cell && cell.exercise === undefined ? cell : []));
  const [callers, targets] = [new Set(cells.map(({ from }) => from)), new Set(cells.map(({ to }) => to))];
  return callers.size > 0 && cells.length === callers.size * targets.size;
}

/** One test with its evidence. */
export function testSection(test: ShownTest, paint: Paint): string {
  const { mark, tone } = markOf(test.status);
  const head = paint(tone, `${mark} ${test.category.padEnd(13)}  ${test.name}`);
  const facts = evidence(test).map(([label, text]) => `    ${paint('quiet', label.padEnd(12))} ${text}`);
  const failure = test.status === 'failed' ? test.detail.split('\n').map((line) => `    ${line}`) : [];
  return [head, ...facts, ...failure].join('\n');
}

export type ShownTest = Pick<TestState, 'id' | 'name' | 'category' | 'status' | 'detail' | 'record'>;

function evidence({ record }: ShownTest): (readonly [label: string, text: string])[] {
  if (!record) return [];
  const { caller, host, address, answeredBy, sourceIdentity, destinationIdentity, refusal, control, policies, found } =
    record;
  const lines: [string, string | undefined][] = [
    ['found', found?.join('; ')],
    ['caller', caller],
    ['host', host && `${host}${address === undefined ? '' : ` (${address})`}`],
    ['answered by', answeredBy],
    ['source', sourceIdentity],
    ['destination', destinationIdentity],
    ...crossingLines(record),
    ['refused', refusal],
    ['control', control],
    ['policies', policies?.join(', ')],
  ];
  return lines.flatMap(([label, text]) => (text === undefined ? [] : [[label, text] as const]));
}

function failures(steps: readonly StepState[], paint: Paint): string[] {
  const failed = steps.filter(({ status }) => status === 'failed');
  return failed.map(
    ({ id, number, detail }) =>
      `${paint('bad', `✗ step ${number} ${id}`)}\n${detail
        .split('\n')
        .map((line) => `    ${line}`)
        .join('\n')}`,
  );
}

/** What the run's length came from, in one line. */
function critical({ criticalPath, steps }: RunState): string[] {
  if (criticalPath.length === 0) return [];
  const segments = criticalPath.map(
    ({ step, fromMs, toMs }) => `${steps.get(step)?.description ?? step} ${duration(toMs - fromMs)}`,
  );
  return [`Critical path: ${segments.join(' → ')}`];
}

/** Known issues that the run met: by name, with what was done and what to do. */
function issues(state: RunState, paint: Paint): string[] {
  return issuesIn(state).map(({ issue, outcome, places, done }) => {
    const head = `${outcome === 'failed' ? 'Known issue' : 'Known issue, overcome:'} ${issue.id}: ${issue.title}`;
    const lines = [
      `where        ${clipped(places)}`,
      ...done.map((each) => `done         ${each}`),
      ...(outcome === 'failed' ? [`workaround   ${issue.workaround}`] : []),
    ];
    return [paint(outcome === 'failed' ? 'bad' : 'quiet', head), ...lines.map((line) => `    ${line}`)].join('\n');
  });
}

function clipped(places: readonly string[]): string {
  const shown = places.slice(0, 3).join(', ');
  return places.length > 3 ? `${shown} and ${places.length - 3} more` : shown;
}

function totals(state: RunState, paint: Paint): string {
  const time = duration(lastMs(state) - state.startedMs);
  const tone = state.outcome === 'passed' ? 'good' : 'bad';
  return paint(tone, `${words[state.outcome]}: ${countsText(state)}, ${time}`);
}

/** One line per run, for several of them. */
export function overview(states: readonly RunState[], paint: Paint): string {
  const lines = states.map((state) => {
    const tests = [...state.tests.values()];
    const { mark, tone } = markOf(state.outcome);
    const time = duration(lastMs(state) - state.startedMs);
    const counts = countsOf(tests);
    const passed = `${counts.passed} of ${counts.total} tests passed`;
    return paint(tone, `${mark} Scenario ${state.scenario}  ${state.title.padEnd(32)}  ${passed.padEnd(24)}  ${time}`);
  });
  return `\n${lines.join('\n')}\n`;
}

const words: Record<RunState['outcome'], string> = {
  running: 'Never ended',
  passed: 'Passed',
  failed: 'Failed',
  cancelled: 'Stopped',
};
