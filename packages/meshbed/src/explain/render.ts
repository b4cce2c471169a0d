import type { Cause, Explanation, Hop } from '@meshbed/runner/explain';
import type { Paint, Tone } from '../view/paint.ts';

const marks: Record<Hop['verdict'], { mark: string; tone: Tone }> = {
  allow: { mark: '✓', tone: 'good' },
  deny: { mark: '✗', tone: 'bad' },
  warn: { mark: '!', tone: 'busy' },
};

/** One line per object on the way, then the answer and what to change. */
export function renderExplanation(explanation: Explanation, paint: Paint): string {
  const { from, to, hops, warnings, verdict } = explanation;
  const lines = [paint('strong', `${from} → ${to}`), ...hops.map((hop) => hopLine(hop, paint)), ''];
  const others = verdict === 'denied' ? [] : warnings.flatMap((cause) => causeLines('But', cause, paint));
  return `${[...lines, ...answer(explanation, paint), ...others].join('\n')}\n`;
}

function hopLine({ step, object, account, verdict, says }: Hop, paint: Paint): string {
  const { mark, tone } = marks[verdict];
  const where = says.includes(object) ? account : [object, account].filter((part) => part !== '').join(' in ');
  return `${paint(tone, mark)} ${step.padEnd(9)} ${says} ${paint('quiet', `[${where}]`)}`;
}

function answer({ via, cause }: Explanation, paint: Paint): string[] {
  if (cause) return causeLines('Not allowed', cause, paint);
  return [paint('good', via === 'hbone' ? 'Allowed, through the mesh' : 'Allowed, in plain text')];
}

/** What it says stands in its hop. */
function causeLines(head: string, { reason, object, account, fix }: Cause, paint: Paint): string[] {
  return [
    `${paint('bad', head)}: ${reason}`,
    `  decides  ${object}${account === '' ? '' : ` in account ${account}`}`,
    ...fix.map((command) => `  change   ${command}`),
  ];
}
