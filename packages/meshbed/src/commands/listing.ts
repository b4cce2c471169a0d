import type { Scenario } from '@meshbed/runner/scenario';

/** Steps by part, then tests, as `run --list` prints them; those that the other options leave out are marked. */
export function listing({ number, title, parts, steps, tests }: Scenario, chosen: ReadonlySet<string>): string {
  const stepLines = parts.flatMap((part, index) => {
    const own = steps.map((step, at) => ({ ...step, number: at + 1 })).filter((step) => step.part === index + 1);
    const lines = own.map((step) => lineOf(step, chosen.has(step.id)));
    return [`Part ${index + 1}: ${part}`, ...lines];
  });
  const testLines = tests.map(({ category, name }) => `      ${category.padEnd(18)}  ${name}`);
  return [`Scenario ${number}: ${title}`, ...stepLines, `${tests.length} tests`, ...testLines, ''].join('\n');
}

function lineOf({ number, id, description }: { number: number; id: string; description: string }, runs: boolean) {
  return `  ${String(number).padStart(2)}  ${id.padEnd(18)}  ${description}${runs ? '' : '  (left out)'}`;
}
