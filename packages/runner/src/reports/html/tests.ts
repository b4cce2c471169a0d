import { duration } from '@meshbed/core';
import { shortfall } from '../../journal/counts.ts';
import type { TestRecord } from '../../events.ts';
import { crossingLines } from '../../journal/crossing.ts';
import { markup, type Markup, type Part } from '../markup.ts';
import type { RunReport, TestReport } from '../report.ts';
import { tookMs } from '../took.ts';
import { failure } from './failure.ts';
import { markAndWord } from './marks.ts';

/** Every test with what it saw. */
export function tests(report: RunReport): Markup {
  const groups = Object.entries(report.counts.categories);
  return markup`<section class="card" aria-labelledby="tests"><h2 id="tests">Tests and their evidence</h2>
<p class="lead">Open a test to see who called, what answered, which identities the destination’s proxy saw, and in whose words it refused.</p>
<table class="tests"><thead><tr><th scope="col" class="outcome"><span class="word">Outcome</span></th><th scope="col">Test</th><th scope="col" class="time">Time</th></tr></thead>
${groups.map(([category, counts]) => {
  const missed = shortfall(counts);
  return markup`<tbody><tr class="group"><th scope="rowgroup" colspan="3">${category}<span>${counts.passed} of ${counts.total} passed${missed !== '' && `, ${missed}`}</span></th></tr>
${report.tests.filter((test) => test.category === category).map(row)}</tbody>
`;
})}</table></section>
`;
}

function row(test: TestReport): Markup {
  const ms = tookMs(test);
  const detail = detailOf(test);
  const name = detail
    ? markup`<details${test.outcome === 'failed' && ' open'}><summary>${test.name}<span class="gist">${gist(test)}</span></summary>${detail}</details>`
    : test.name;
  return markup`<tr><td class="outcome">${markAndWord(test.outcome)}</td><td>${name}</td><td class="time">${ms !== undefined && duration(ms)}</td></tr>\n`;
}

/** What a reader sees without opening it. */
function gist({ evidence, failure: failed }: TestReport): string {
  if (!evidence) return failed?.code ?? '';
  const { answeredBy, refusal, found } = evidence;
  if (refusal !== undefined) return `refused: ${refusal}`;
  if (found) return `${found.length} found`;
  return answeredBy === undefined ? '' : `answered by ${answeredBy.split(' (')[0]}`;
}

function detailOf({ evidence, failure: failed }: TestReport): Part {
  if (!evidence && !failed) return undefined;
  return markup`${failure(failed)}${evidence && evidenceList(evidence)}`;
}

/** In the order in which one would ask. */
const labels: Readonly<Record<keyof TestRecord, string>> = {
  caller: 'Caller',
  host: 'Host',
  address: 'Mesh address',
  connection: 'Fresh connection',
  answeredBy: 'Answered by',
  refusal: 'Refused',
  refusalRecord: 'Proxy’s record',
  control: 'Control probe',
  policies: 'Policies in force',
  sourceIdentity: 'Source identity',
  destinationIdentity: 'Destination identity',
  crossing: 'Between networks',
  found: 'Found',
};

function textOf(value: NonNullable<TestRecord[keyof TestRecord]>, evidence: TestRecord): string {
  if (typeof value === 'string') return value;
  if ('network' in value)
    return crossingLines(evidence)
      .map(([label, text]) => `${label}: ${text}`)
      .join('\n');
  return value.join('\n');
}

function evidenceList(evidence: TestRecord): Markup {
  const rows = Object.entries(labels).flatMap(([name, label]) => {
    const value = evidence[name as keyof TestRecord];
    if (value === undefined) return [];
    return [markup`<dt>${label}</dt><dd>${textOf(value, evidence)}</dd>`];
  });
  return markup`<dl class="evidence">${rows}</dl>`;
}
