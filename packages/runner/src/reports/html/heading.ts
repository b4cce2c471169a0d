import { duration } from '@meshbed/core';
import type { Counts } from '../../journal/counts.ts';
import { markup, type Markup } from '../markup.ts';
import type { RunReport } from '../report.ts';
import { runWord } from '../words.ts';
import type { Tone } from './marks.ts';

const tones: Readonly<Record<string, Tone>> = { passed: 'good', failed: 'bad', cancelled: 'warn', unfinished: 'warn' };

export function heading(report: RunReport): Markup {
  const { scenario, title, outcome, target, region, cluster, run, owner, text, durationMs } = report;
  const facts = [
    target === 'cloud' ? 'in the cloud' : `in the ${target}`,
    region,
    cluster && `cluster ${cluster}`,
    owner && `owner ${owner}`,
  ];
  return markup`<header>
<p class="eyebrow">meshbed run <span class="mono">${run}</span></p>
<div class="title"><h1>Scenario ${scenario}: ${title}</h1><span class="badge ${tones[outcome] ?? 'quiet'}">${runWord[outcome]}</span></div>
<p class="lead">${text}, ${duration(durationMs)}</p>
<p class="facts"><time datetime="${report.started}">${when(report.started)}</time>${facts.map((fact) => fact !== '' && markup`<span>${fact}</span>`)}</p>
</header>
`;
}

/** `22 November 2026, 11:28 UTC` */
function when(iso: string): string {
  const date = new Date(iso);
  const day = date.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
  return `${day}, ${iso.slice(11, 16)} UTC`;
}

/** The four numbers that people look for first. */
export function tiles(report: RunReport): Markup {
  const { counts, tests, criticalPath, durationMs } = report;
  const proved = tests.filter(({ outcome, cell }) => outcome === 'passed' && cell?.expected === 'denied').length;
  const planned = tests.filter(({ cell }) => cell?.expected === 'denied').length;
  const path = criticalPath.filter(({ step }) => step !== 'tests').length;
  return markup`<dl class="tiles">
${countTile('Tests passed', counts.tests)}${countTile('Steps', counts.steps)}
<div class="tile"><dt>Denials proved</dt><dd class="figure">${proved} <small>of ${planned}</small></dd><dd class="note">each with the proxy’s own record</dd></div>
<div class="tile"><dt>Duration</dt><dd class="figure">${duration(durationMs)}</dd><dd class="note">${path > 0 ? `critical path of ${path} steps` : 'from start to end'}</dd></div>
</dl>
`;
}

function countTile(label: string, counts: Counts): Markup {
  const { total, passed, failed, aborted, skipped, notRun } = counts;
  const rest = total - passed - failed - aborted;
  const shares = Object.entries({ passed, failed, aborted, rest }).filter(([, count]) => count > 0);
  const told = Object.entries({ failed, aborted, skipped, 'not run': notRun }).filter(([, count]) => count > 0);
  const note = told.map(([word, count]) => `${count} ${word}`).join(', ') || 'nothing failed';
  return markup`<div class="tile"><dt>${label}</dt><dd class="figure">${passed} <small>of ${total}</small></dd>
<dd class="share" aria-hidden="true">${shares.map(([name, count]) => markup`<i class="${name}" style="flex:${count}"></i>`)}</dd><dd class="note">${note}</dd></div>
`;
}
