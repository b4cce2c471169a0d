import { markup, type Markup, type Part } from '../markup.ts';
import type { RunReport } from '../report.ts';
import { seenWords, stagesOf, type Flow, type Seen } from './topology/flows.ts';

const signs: Readonly<Record<Seen, string>> = { allowed: '✓', denied: '⊘', failed: '!', untested: '?' };

/** Who reaches whom without policies, and who reaches what is guarded in each exercise. */
export function matrix(report: RunReport): Part {
  const stages = stagesOf(report);
  const open = stages.find(({ policies }) => policies.length === 0);
  const policed = stages.filter(({ policies }) => policies.length > 0);
  if (stages.length === 0) return undefined;
  return markup`<section class="card" aria-labelledby="matrix"><h2 id="matrix">Policy matrix</h2>
<p class="lead">Expected and seen agree unless a cell says otherwise. An empty cell is not one of the tests.</p>
<div class="matrices">
${policed.length > 0 && exercises(policed)}${open && pairs(open.flows)}</div></section>
`;
}

function exercises(stages: ReturnType<typeof stagesOf>): Markup {
  const callers = ordered(stages.flatMap(({ flows }) => flows.map(({ from }) => from)));
  const guarded = [...new Set(stages.flatMap(({ flows }) => flows.map(({ to }) => to)))].join(', ');
  return table({
    caption: `Who reaches ${guarded}`,
    corner: 'Exercise',
    columns: callers,
    rows: stages.map(({ title, policies, flows }) => ({
      head: markup`${title}<small>${policies.join(', ')}</small>`,
      cells: callers.map((caller) => flows.find(({ from }) => from === caller)),
    })),
  });
}

function pairs(flows: readonly Flow[]): Markup {
  const targets = ordered(flows.map(({ to }) => to));
  return table({
    caption: 'Without policies: from each caller to each target',
    corner: 'From',
    columns: targets,
    rows: ordered(flows.map(({ from }) => from)).map((caller) => ({
      head: markup`${caller}`,
      cells: targets.map((target) => flows.find(({ from, to }) => from === caller && to === target)),
    })),
  });
}

interface Table {
  caption: string;
  corner: string;
  columns: readonly string[];
  rows: readonly { head: Markup; cells: readonly (Flow | undefined)[] }[];
}

function table({ caption, corner, columns, rows }: Table): Markup {
  const id = `matrix-${corner.toLowerCase()}`;
  return markup`<div><h3 id="${id}">${caption}</h3><div class="scroll" role="region" tabindex="0" aria-labelledby="${id}"><table class="matrix" aria-labelledby="${id}">
<thead><tr><th scope="col">${corner}</th>${columns.map((name) => markup`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map(({ head, cells }) => markup`<tr><th scope="row">${head}</th>${cells.map((flow) => markup`<td>${flow && cell(flow.seen)}</td>`)}</tr>\n`)}</tbody></table></div></div>
`;
}

const cell = (seen: Seen) =>
  markup`<span class="cell ${seen}"><span aria-hidden="true">${signs[seen]}</span>${seen === 'denied' ? 'refused' : seenWords[seen]}</span>`;

/** Kubernetes clusters come first, then the ECS clusters by number. */
const ordered = (places: readonly string[]): string[] =>
  [...new Set(places)].toSorted(
    (a, b) => Number(/\d/.test(a)) - Number(/\d/.test(b)) || a.localeCompare(b, 'en', { numeric: true }),
  );
