import { duration } from '@meshbed/core';
import { markup, type Markup } from '../markup.ts';
import type { ResourceReport, RunReport } from '../report.ts';

/** With what it ran, and everything that it made. */
export function environment({ versions, resources, steps }: RunReport): Markup {
  const step = (id: string) => steps.find((each) => each.id === id)?.number;
  return markup`<section class="card" aria-labelledby="environment"><h2 id="environment">Environment</h2>
<dl class="versions">${Object.entries(versions).map(([name, version]) => markup`<div><dt>${name}</dt><dd>${version}</dd></div>`)}</dl>
${
  resources.length > 0 &&
  markup`<details class="more"><summary>${resources.length} ${resources.length === 1 ? 'resource' : 'resources'} created or changed</summary>
<div class="scroll" role="region" tabindex="0" aria-label="Resources"><table class="resources"><thead><tr><th scope="col">Step</th><th scope="col">Kind</th><th scope="col">Name</th><th scope="col">Id</th><th scope="col">Took</th></tr></thead>
<tbody>${resources.map((resource) => row(resource, step(resource.step)))}</tbody></table></div></details>`
}</section>
`;
}

function row({ step, kind, name, change, id, tookMs }: ResourceReport, number: number | undefined): Markup {
  const took = tookMs === null ? 'never seen to succeed' : duration(tookMs);
  return markup`<tr><td>${number ?? step}</td><td>${kind}${change === 'update' && ' (changed)'}</td><td>${name}</td><td class="mono">${id}</td><td>${took}</td></tr>\n`;
}
