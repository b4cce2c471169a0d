import type { Plan, PlannedStep, PricedResource } from '@meshbed/runner/plan';
import type { Paint } from '../../view/paint.ts';
import { table } from '../../view/table.ts';

/** A plan as people read it: the steps, what they create, time and money. */
export function planText(plan: Plan, paint: Paint): string {
  const { scenario, title, target, region, tests } = plan;
  const where = target === 'cloud' ? 'in AWS' : 'in the sandbox; times and prices are those of AWS';
  const head = `Plan of scenario ${scenario}: ${title}, ${region}, ${where}`;
  const sections = [
    [paint('strong', head)],
    stepLines(plan),
    ...plan.accounts.map((each) => accountLines(plan, each)),
    totals(plan),
  ];
  const after = tests > 0 ? [`then ${tests} tests`] : ['no tests'];
  sections[1]?.push(...after);
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function stepLines({ steps }: Plan): string[] {
  if (steps.length === 0) return ['No step runs,'];
  const rows = steps.map(({ number, id, description, startMs, endMs, needs, awaits }: PlannedStep) => [
    String(number).padStart(2),
    id,
    description,
    `${clock(startMs)}–${clock(endMs)}`,
    needs.length === 0
      ? ''
      : `after ${needs.join(', ')}${awaits.length === 0 ? '' : `; waits for ${awaits.join(', ')}`}`,
  ]);
  return table([['#', 'STEP', '', 'TIME', 'NEEDS'], ...rows]);
}

function accountLines({ resources, region, target }: Plan, { name, id, profile }: Plan['accounts'][number]): string[] {
  const own = resources.filter(({ account }) => account === name);
  if (own.length === 0) return [];
  const known = id ?? (target === 'cloud' ? 'not configured' : "the sandbox's own");
  const head = `Account ${name}: ${known}${profile === undefined ? '' : `, profile ${profile}`}, ${region}: ${own.length} to create`;
  const rows = [...Map.groupBy(own, ({ step, title }) => `${step}/${title}`).values()].map(groupRow);
  return [head, ...table(rows).map((line) => `  ${line}`)];
}

function groupRow(group: readonly PricedResource[]): string[] {
  const [first] = group;
  const perHour = group.reduce((sum, { price }) => sum + (price?.perHour ?? 0), 0);
  const count = group.length === 1 ? '' : `${group.length} × `;
  const cost =
    perHour === 0 ? '' : `  ${dollars(perHour)}/h, ${first?.price?.basis ?? ''}${group.length === 1 ? '' : ' each'}`;
  return [first?.step ?? '', `${count}${first?.title ?? ''}`, group.map(({ name }) => name).join(', ') + cost];
}

function totals({
  expectedMs,
  rangeMs: [shortest, longest],
  perHour,
  runCost,
  unpriced,
  priceSource,
  resources,
}: Plan): string[] {
  const minutes = (ms: number) => Math.round(ms / 60_000);
  return [
    `Expected: ${clock(expectedMs)} minutes, usually ${minutes(shortest)} to ${minutes(longest)}`,
    ...(resources.length === 0
      ? ['Price: it creates nothing']
      : [
          `Price in AWS: ${dollars(perHour)} an hour, ${dollars(runCost)} for the run (a started hour counts as a whole one), until it is cleaned up`,
          `  (${priceSource.region}, ${priceSource.date}: ${priceSource.note})`,
        ]),
    ...unpriced.map((what) => `  not in the price table: ${what}`),
  ];
}

/** `14:05`: minutes and seconds. */
const clock = (ms: number) => {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
};

export const dollars = (amount: number): string => `$${amount < 1 ? amount.toFixed(4) : amount.toFixed(2)}`;
