import { duration } from '@meshbed/core';
import { markup, type Markup, type Part } from '../markup.ts';
import type { RunReport, StepReport } from '../report.ts';
import { tookMs } from '../took.ts';
import { wordOf } from '../words.ts';
import { failure } from './failure.ts';
import { markFor } from './marks.ts';

/** Steps and kinds of tests over time; what the length of the run came from stands out. */
export function timeline(report: RunReport): Markup {
  const { steps, criticalPath, durationMs } = report;
  const scale = scaleOf(durationMs);
  const rows = [...steps.map((step) => stepRow(step, report, scale)), ...testRows(report, scale)];
  return markup`<section class="card" aria-labelledby="timeline"><h2 id="timeline">Steps over time</h2>
<p class="lead">${criticalPath.length > 0 ? pathText(report) : 'No step ran.'}</p>
<div class="axis" aria-hidden="true">${scale.ticks.map((ms) => markup`<span style="left:${percent(ms, scale)}">${shortly(ms)}</span>`)}</div>
<ol class="timeline" style="--tick:${percent(scale.tickMs, scale)}">
${rows}</ol>
<ul class="legend"><li><i class="swatch critical"></i>on the critical path</li><li><i class="swatch"></i>beside it</li></ul>
</section>
`;
}

function pathText({ criticalPath, steps }: RunReport): string {
  const name = (id: string) => steps.find((step) => step.id === id)?.description ?? id;
  return `Critical path: ${criticalPath.map(({ step }) => name(step)).join(' → ')}.`;
}

interface Scale {
  totalMs: number;
  tickMs: number;
  ticks: readonly number[];
}

const niceMs = [
  100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_200_000, 3_600_000,
];

function scaleOf(durationMs: number): Scale {
  const totalMs = Math.max(durationMs, 1);
  const tickMs = niceMs.find((ms) => totalMs / ms <= 5) ?? totalMs / 4;
  return {
    totalMs,
    tickMs,
    ticks: Array.from({ length: Math.floor(totalMs / tickMs) + 1 }, (_, index) => index * tickMs),
  };
}

const percent = (ms: number, { totalMs }: Scale) => `${Math.round((ms / totalMs) * 100_000) / 1000}%`;
const shortly = (ms: number) => (ms >= 60_000 ? `${ms / 60_000} min` : `${ms / 1000} s`);

function stepRow(step: StepReport, report: RunReport, scale: Scale): Markup {
  const { number, id, description, outcome } = step;
  const segments = report.criticalPath.filter((segment) => segment.step === id);
  const note = outcome === 'done' ? '' : wordOf(outcome);
  const line = markup`${markFor(outcome)}<span class="number">${number}</span><span class="name">${description}${note !== '' && markup`<small>${note}</small>`}</span>${bar(step, segments, scale)}<span class="time">${timeOf(step)}</span>`;
  const detail = details(step);
  if (!detail) return markup`<li><div class="plain">${line}</div></li>\n`;
  return markup`<li><details${outcome === 'failed' && ' open'}><summary>${line}</summary><div class="detail">${detail}</div></details></li>\n`;
}

type Span = { fromMs: number | null; toMs: number | null };

function bar({ outcome, ...span }: Span & { outcome?: string }, segments: readonly Span[], scale: Scale): Markup {
  const parts = [
    piece(span, outcome === 'failed' ? 'failed' : '', scale),
    ...(outcome === 'failed' ? [] : segments.map((segment) => piece(segment, 'critical', scale))),
  ];
  return markup`<span class="bar">${parts}${segments.length > 0 && markup`<span class="hidden"> on the critical path </span>`}</span>`;
}

function piece({ fromMs, toMs }: Span, name: string, scale: Scale): Part {
  if (fromMs === null) return undefined;
  const endMs = toMs ?? scale.totalMs;
  return markup`<i class="${name}" style="left:${percent(fromMs, scale)};width:${percent(endMs - fromMs, scale)}"></i>`;
}

function timeOf(item: Span): string {
  const ms = tookMs(item);
  return ms === undefined ? '' : duration(ms);
}

function details(step: StepReport): Part {
  const { waits, changes } = step;
  if (waits.length === 0 && changes === 0 && !step.failure) return undefined;
  return markup`${failure(step.failure)}${changes > 0 && markup`<p class="quiet">${changes} ${changes === 1 ? 'resource' : 'resources'} created or changed</p>`}
${
  waits.length > 0 &&
  markup`<h3>Waited for</h3><ul>${waits.map((wait) => markup`<li><span class="time">${timeOf(wait)}</span><span>${wait.reason}</span></li>`)}</ul>`
}`;
}

/** The tests by category, so that they are as easy to see as steps. */
function testRows({ tests, criticalPath }: RunReport, scale: Scale): Markup[] {
  const categories = [...new Set(tests.map(({ category }) => category))];
  const critical = criticalPath.filter(({ step }) => step === 'tests');
  return categories.flatMap((category) => {
    const ran = tests.filter((test) => test.category === category && test.fromMs !== null && test.toMs !== null);
    if (ran.length === 0) return [];
    const span = {
      fromMs: Math.min(...ran.map(({ fromMs }) => fromMs ?? 0)),
      toMs: Math.max(...ran.map(({ toMs }) => toMs ?? 0)),
    };
    const within = critical.map(({ fromMs, toMs }) => ({
      fromMs: Math.max(fromMs, span.fromMs),
      toMs: Math.min(toMs, span.toMs),
    }));
    const outcome = ran.some((test) => test.outcome === 'failed') ? 'failed' : 'passed';
    const shown = within.filter(({ fromMs, toMs }) => toMs > fromMs);
    return markup`<li><div class="plain">${markFor(outcome)}<span></span><span class="name">${ran.length} ${ran.length === 1 ? 'test' : 'tests'}: ${category}</span>${bar({ ...span, outcome }, shown, scale)}<span class="time">${timeOf(span)}</span></div></li>\n`;
  });
}
