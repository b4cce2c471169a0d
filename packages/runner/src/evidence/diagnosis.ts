import type { RunState } from '../journal/fold.ts';
import { foremost, type Failed } from './failures.ts';
import { noticedIn } from './noticed.ts';
import type { Collected, Part } from './types.ts';

export interface Situation {
  /** Absent when nothing has run yet. */
  state: RunState | undefined;
  failures: readonly Failed[];
  collected: Collected;
  parts: readonly Part[];
}

/** One page: the likely cause, the failing object, the next command; then what else is known. */
export function diagnosisOf(situation: Situation): string {
  const { state, failures, collected } = situation;
  const noticed = noticedIn(collected.files);
  const sections = [
    [`# Diagnosis${state ? ` of run ${state.run}` : ''}`],
    verdict(situation),
    ...issueSection(foremost(failures)),
    section(
      'What failed',
      failures.map(({ what, code, message }) => `- ${what}: ${oneLine(message)} (\`${code}\`)`),
    ),
    section(
      'Also noticed',
      noticed.map(({ path, says }) => `- ${oneLine(says)} (${path})`),
    ),
    ...(state ? [section('The run', runFacts(state))] : []),
    section(
      'Not collected',
      collected.missing.map(({ path, reason }) => `- ${path}: ${oneLine(reason)}`),
    ),
    section(
      'In this archive',
      situation.parts.map(({ folder, about }) => `- ${folder}/: ${about}`),
    ),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** The first lines, which the terminal shows too. */
export function verdict({ failures }: Pick<Situation, 'failures'>): string[] {
  const first = foremost(failures);
  if (!first) return ['Nothing failed in the run.'];
  const cause = first.likely ?? first.issue?.title ?? first.message;
  return [
    `Likely cause: ${oneLine(cause)}`,
    `Failing object: ${oneLine(first.object ?? first.what)}`,
    `Next command: ${oneLine(first.next ?? first.issue?.workaround ?? 'meshbed explain')}`,
  ];
}

function issueSection(first: Failed | undefined): string[][] {
  if (!first?.issue) return [];
  const { id, title, severity, workaround, automatic } = first.issue;
  return [
    [
      `## Known issue ${id} (${severity})`,
      '',
      title,
      '',
      `- Workaround: ${workaround}`,
      `- Done automatically: ${automatic}`,
    ],
  ];
}

function runFacts({ scenario, title, target, startedMs, endedMs, outcome, steps, tests }: RunState): string[] {
  const count = (items: ReadonlyMap<string, { status: string }>) => {
    const byStatus = Object.groupBy([...items.values()], ({ status }) => status);
    return Object.entries(byStatus).map(([status, found = []]) => `${found.length} ${status}`);
  };
  return [
    `- scenario ${scenario}, ${title}, in the ${target}; ${outcome}`,
    `- started ${new Date(startedMs).toISOString()}${endedMs === undefined ? ', did not end' : `, took ${((endedMs - startedMs) / 1000).toFixed(1)} s`}`,
    `- steps: ${count(steps).join(', ')}`,
    `- tests: ${count(tests).join(', ')}`,
  ];
}

const section = (title: string, lines: readonly string[]) => (lines.length === 0 ? [] : [`## ${title}`, '', ...lines]);
const oneLine = (text: string) => text.replaceAll(/\s*\n\s*/g, '; ');
