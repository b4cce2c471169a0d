import { duration } from '@meshbed/core';
import { outcomeOf, type RunState, type StepState, type TestState } from '@meshbed/runner/journal';
import { markOf, type Paint } from './paint.ts';
import { clip } from './text.ts';

export interface FrameOptions {
  nowMs: number;
  columns: number;
  rows: number;
  paint: Paint;
}

/** One line of a frame before it is clipped and coloured. */
interface Line {
  text: string;
  status: string;
}

/** The picture of a run as lines, never wider or higher than the terminal. */
export function frame(state: RunState, { nowMs, columns, rows, paint }: FrameOptions): string[] {
  const lines = fitting(state, nowMs, rows);
  return lines.map(({ text, status }) =>
    paint(status === 'title' ? 'strong' : markOf(status).tone, clip(text, columns)),
  );
}

/** Folds finished groups, the oldest first, until the rest fits. */
function fitting(state: RunState, nowMs: number, rows: number): Line[] {
  const groups = groupsOf(state, nowMs);
  const header = { text: `Scenario ${state.scenario}: ${state.title} (${state.target})`, status: 'title' };
  for (let folded = 0; ; folded++) {
    const lines = [
      header,
      ...groups.flatMap((group, index) =>
        index < folded && group.ended ? [group.line] : [group.line, ...group.members],
      ),
    ];
    if (lines.length <= rows) return lines;
    if (folded >= groups.length) return lines.slice(0, 1).concat(lines.slice(-Math.max(1, rows - 1)));
  }
}

interface Group {
  line: Line;
  members: Line[];
  ended: boolean;
}

function groupsOf({ parts, steps, tests }: RunState, nowMs: number): Group[] {
  const stepGroups: Group[] = parts.map((title, index) => {
    const own = [...steps.values()].filter(({ part }) => part === index + 1);
    return groupOf(
      title,
      own,
      own.map((step) => ({ text: stepLine(step, nowMs), status: step.status })),
      nowMs,
    );
  });
  const all = [...tests.values()];
  const testGroup = groupOf(
    `${all.length} tests`,
    all,
    all.map((test) => ({ text: testLine(test, nowMs), status: test.status })),
    nowMs,
  );
  return [...stepGroups, ...(all.length > 0 ? [testGroup] : [])];
}

type Timed = Pick<StepState, 'startedMs' | 'endedMs'> & { status: string };

function groupOf(title: string, items: readonly Timed[], members: Line[], nowMs: number): Group {
  const status = overall(items.map((item) => item.status));
  const starts = items.flatMap(({ startedMs }) => startedMs ?? []);
  const ends = items.map(({ endedMs }) => endedMs ?? nowMs);
  const time = starts.length === 0 ? '' : `  ${duration(Math.max(...ends) - Math.min(...starts))}`;
  const ended = status !== 'planned' && status !== 'running';
  return { line: { text: `${markOf(status).mark} ${title}${time}`, status }, members, ended };
}

const finished: ReadonlySet<string> = new Set(['done', 'unchanged', 'passed', 'skipped']);

function overall(statuses: readonly string[]): string {
  if (statuses.every((status) => status === 'planned')) return 'planned';
  if (statuses.includes('running') || statuses.includes('planned'))
    return statuses.includes('failed') ? 'failed' : 'running';
  if (statuses.every((status) => finished.has(status))) return 'done';
  return statuses.includes('failed') ? 'failed' : 'cancelled';
}

/** `  ▸  2  EKS cluster  3.1 s  node group is CREATING` */
export function stepLine(step: StepState, nowMs: number): string {
  const { status, number, description, detail } = step;
  const words = wordFor[outcomeOf(step)] ?? '';
  return joined(
    `  ${markOf(status).mark} ${String(number).padStart(2)}  ${description}`,
    timeOf(step, nowMs),
    words,
    status === 'done' ? '' : detail,
  );
}

export function testLine(test: TestState, nowMs: number): string {
  const { status, category, name, detail } = test;
  const words = wordFor[outcomeOf(test)] ?? '';
  return joined(
    `  ${markOf(status).mark} ${category.padEnd(13)}  ${name}`,
    timeOf(test, nowMs),
    words,
    status === 'passed' ? '' : detail,
  );
}

const wordFor: Record<string, string> = {
  unchanged: 'nothing to change',
  skipped: 'skipped',
  blocked: 'not started: a step before it failed',
  cancelled: 'stopped',
  'not-run': 'not run',
};

function timeOf({ startedMs, endedMs }: Timed, nowMs: number): string {
  return startedMs === undefined ? '' : duration((endedMs ?? nowMs) - startedMs);
}

const joined = (...parts: string[]) => parts.filter((part) => part !== '').join('  ');
