import type { StepOutcome } from '@meshbed/runner/journal';
import type { Scenario } from '@meshbed/runner/scenario';

export type Recorded = ReadonlyMap<string, StepOutcome>;

export interface ListingOptions {
  recorded?: Recorded;
  /** Whether the tests would follow; default: yes. */
  withTests?: boolean;
}

/**
 * Steps by part, then tests, as `run --list` prints them; those that the other options leave out are marked, and how
 * each ended when it last ran.
 */
export function listing(
  { number, title, parts, steps, tests }: Scenario,
  chosen: ReadonlySet<string>,
  { recorded = new Map(), withTests = true }: ListingOptions = {},
): string {
  const stepLines = parts.flatMap((part, index) => {
    const own = steps.map((step, at) => ({ ...step, number: at + 1 })).filter((step) => step.part === index + 1);
    const lines = own.map((step) => lineOf(step, chosen.has(step.id), recorded.get(step.id)));
    return [`Part ${index + 1}: ${part}`, ...lines];
  });
  const testLines = tests.map(({ category, name }) => `      ${category.padEnd(18)}  ${name}`);
  return [
    `Scenario ${number}: ${title}`,
    ...stepLines,
    `${tests.length} tests${withTests ? '' : '  (left out)'}`,
    ...testLines,
    '',
  ].join('\n');
}

type ListedStep = { number: number; id: string; description: string };

function lineOf({ number, id, description }: ListedStep, runs: boolean, outcome: StepOutcome | undefined): string {
  const facts = [...(outcome === undefined ? [] : [wordFor[outcome]]), ...(runs ? [] : ['left out'])];
  const known = facts.length === 0 ? '' : `  (${facts.join(', ')})`;
  return `  ${String(number).padStart(2)}  ${id.padEnd(18)}  ${description}${known}`;
}

const wordFor: Record<StepOutcome, string> = {
  done: 'done',
  unchanged: 'done',
  failed: 'failed',
  skipped: 'skipped',
  blocked: 'not started',
  cancelled: 'not finished',
};

/** The same for programs: one object. */
export function listingAsJson(
  { number, title, parts, steps, tests }: Scenario,
  chosen: ReadonlySet<string>,
  { recorded = new Map(), withTests = true }: ListingOptions = {},
): string {
  const listed = {
    scenario: number,
    title,
    steps: steps.map(({ id, description, part }, index) => {
      const outcome = recorded.get(id);
      const known = outcome === undefined ? {} : { outcome };
      return { number: index + 1, id, description, part, partTitle: parts[part - 1], runs: chosen.has(id), ...known };
    }),
    tests: tests.map(({ id, name, category }) => ({ id, name, category, runs: withTests })),
  };
  return `${JSON.stringify(listed, null, 2)}\n`;
}
