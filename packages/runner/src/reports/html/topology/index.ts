import { markup, type Markup, type Part } from '../../markup.ts';
import type { RunReport } from '../../report.ts';
import { seenWords, stagesOf, type Seen, type Stage } from './flows.ts';
import { pictures } from './picture.ts';

export { stagesOf } from './flows.ts';

/** The picture of the accounts, with the flows that were proved in each state of the policies. */
export function topology(report: RunReport): Part {
  const stages = stagesOf(report);
  if (report.accounts.length === 0) return undefined;
  return markup`<section class="card topology" aria-labelledby="topology"><h2 id="topology">Who reached whom</h2>
<p class="lead">Every line is a connection that was tried. Choose a state of the policies.</p>
${stages.length > 0 && chooser(stages)}
${pictures(report)}
${stages.map(caption)}
<ul class="legend">${(['allowed', 'denied', 'failed', 'untested'] as const).filter((seen) => isSeen(seen, stages)).map(legend)}</ul>
</section>
`;
}

const isSeen = (seen: Seen, stages: readonly Stage[]) =>
  stages.some(({ flows }) => flows.some((flow) => flow.seen === seen));

const chooser = (
  stages: readonly Stage[],
): Markup => markup`<fieldset><legend>Policies in force</legend><div class="stages">
${stages.map(
  ({ title }, index) =>
    markup`<label><input type="radio" name="stage" id="stage-${index}"${index === 0 && ' checked'}><span>${title}</span></label>\n`,
)}</div></fieldset>
`;

function caption({ policies, flows }: Stage, index: number): Markup {
  const counted = (['allowed', 'denied', 'failed', 'untested'] as const).flatMap((seen) => {
    const count = flows.filter((flow) => flow.seen === seen).length;
    return count > 0 ? [`${count} ${seenWords[seen]}`] : [];
  });
  const inForce = policies.length > 0 ? markup`In force: <b>${policies.join(', ')}</b>. ` : 'No policy in force. ';
  return markup`<p class="caption stage-${index}">${inForce}${counted.join(', ')}.</p>\n`;
}

const samples: Readonly<Record<Seen, Markup>> = {
  allowed: markup`<path class="flow allowed" d="M2 8H28"/><path class="tip allowed" d="M27 3.5L36 8L27 12.5z"/>`,
  denied: markup`<path class="flow denied" d="M2 8H26"/><circle class="sign denied" cx="29" cy="8" r="7"/><path class="sign-mark" d="M25.6 4.6L32.4 11.4"/>`,
  failed: markup`<path class="flow failed" d="M2 8H26"/><circle class="sign failed" cx="29" cy="8" r="7"/><path class="sign-mark" d="M29 4V9M29 11.4V12"/>`,
  untested: markup`<path class="flow untested" d="M2 8H28"/><path class="tip untested" d="M27 3.5L36 8L27 12.5z"/>`,
};

const legend = (seen: Seen) =>
  markup`<li><svg viewBox="0 0 38 16" aria-hidden="true">${samples[seen]}</svg>${seenWords[seen]}</li>`;
