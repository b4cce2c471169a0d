import { duration } from '@meshbed/core';
import type { Change, Comparison, RunSummary } from '@meshbed/runner/reports';
import type { Paint } from './paint.ts';
import { columnsText } from './columns.ts';

/** What changed from one run to the other, for people. */
export function comparisonText(
  [before, after]: readonly [RunSummary, RunSummary],
  comparison: Comparison,
  paint: Paint,
): string {
  const { outcomes, durations, versions, circumstances } = comparison;
  const head = [before, after].map((run, index) => `${index === 0 ? 'before' : 'after '}  ${line(run)}`).join('\n');
  const sections = [
    section('Not the same environment', circumstances, (value) => value || 'unknown', paint),
    section('Outcomes', outcomes, (value) => value, paint),
    timings(durations, paint),
    section('Versions', versions, (value) => value, paint),
  ].filter((text) => text !== '');
  const same = 'Nothing differs: the same outcomes and versions, and times within chance.';
  return `${head}\n\n${sections.join('\n\n') || same}\n`;
}

const line = ({ run, scenario, outcome, text, durationMs }: RunSummary) =>
  `${run}  scenario ${scenario}  ${outcome}: ${text}, ${duration(durationMs)}`;

function section(title: string, changes: readonly Change<string>[], show: (value: string) => string, paint: Paint) {
  if (changes.length === 0) return '';
  const shown = (value: string | undefined) => (value === undefined ? 'none' : show(value));
  const rows = changes.map(({ what, before, after }) => ['', what, shown(before), '→', shown(after)]);
  return `${paint('strong', title)}\n${columnsText(rows)}`;
}

function timings(changes: readonly Change<number>[], paint: Paint): string {
  if (changes.length === 0) return '';
  const rows = changes.map(({ what, before = 0, after = 0 }) => {
    const share = before === 0 ? '' : `${after > before ? '+' : ''}${Math.round(((after - before) / before) * 100)} %`;
    return ['', what, duration(before), '→', duration(after), after > before ? 'slower' : 'faster', share];
  });
  return `${paint('strong', 'Times')}\n${columnsText(rows)}`;
}
