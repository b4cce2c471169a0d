import { markup, type Part } from '../markup.ts';
import type { RunReport } from '../report.ts';

/** Known issues that the run met; nothing when it met none. */
export function issues({ issues: met }: RunReport): Part {
  if (met.length === 0) return undefined;
  return markup`<section class="card" aria-labelledby="issues"><h2 id="issues">Known issues</h2>
<p class="lead">Failures that others have met before, recognised by their signatures.</p>
${met.map(
  ({
    id,
    title,
    severity,
    outcome,
    places,
    done,
    workaround,
  }) => markup`<div class="issue ${outcome}"><h3>${id}: ${title}</h3>
<dl><dt>Severity</dt><dd>${severity}${outcome === 'overcome' && ', overcome: the run went on'}</dd>
<dt>Where</dt><dd>${places.join(', ')}</dd>
<dt>Done by itself</dt><dd>${done.join('; ')}</dd>
${outcome === 'failed' && markup`<dt>Workaround</dt><dd>${workaround}</dd>`}</dl></div>
`,
)}</section>
`;
}
