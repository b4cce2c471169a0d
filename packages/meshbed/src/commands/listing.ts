import type { Scenario } from '@meshbed/runner/scenario';

/** Steps by part, then tests, as `run --list` prints them. */
export function listing({ number, title, parts, steps, tests }: Scenario): string {
  const stepLines = parts.flatMap((part, index) => {
    const own = steps.map((step, at) => ({ ...step, number: at + 1 })).filter((step) => step.part === index + 1);
    const lines = own.map((step) => `  ${String(step.number).padStart(2)}  ${step.id.padEnd(18)}  ${step.description}`);
    return [`Part ${index + 1}: ${part}`, ...lines];
  });
  const testLines = tests.map(({ category, name }) => `      ${category.padEnd(18)}  ${name}`);
  return [`Scenario ${number}: ${title}`, ...stepLines, `${tests.length} tests`, ...testLines, ''].join('\n');
}
