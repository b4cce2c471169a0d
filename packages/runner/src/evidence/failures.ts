import type { RunEvent } from '../events.ts';
import { recognise, type KnownIssue } from '../known-issues/index.ts';

/** A step or a test that failed, in the parts that its error had. */
export interface Failed {
  /** `step 5 istio_install`, `test EKS → ECS 1` */
  what: string;
  /** Id of the step; absent for tests. */
  step?: string;
  code: string;
  message: string;
  object?: string;
  likely?: string;
  next?: string;
  issue?: KnownIssue;
}

/** What failed in a run: steps before tests, each in the order of time. */
export function failuresIn(events: readonly RunEvent[]): Failed[] {
  const start = events.find((event) => event.kind === 'run-started');
  const waits = new Map<string, string[]>();
  const [steps, tests]: [Failed[], Failed[]] = [[], []];
  for (const event of events) {
    if (event.kind === 'step-waiting') waits.set(event.step, [...(waits.get(event.step) ?? []), event.reason]);
    if (event.kind === 'step-ended' && event.outcome === 'failed' && event.failure) {
      const { step, failure } = event;
      const number = start?.steps.find(({ id }) => id === step)?.number;
      const facts = { ...failure, step, waits: waits.get(step) ?? [] };
      steps.push({
        ...partsOf(failure.text),
        what: `step ${number ?? ''} ${step}`,
        step,
        code: failure.code,
        ...issueOf(facts),
      });
    }
    if (event.kind === 'test-ended' && event.outcome === 'failed' && event.failure) {
      const { test, failure } = event;
      const name = start?.tests.find(({ id }) => id === test)?.name ?? test;
      tests.push({ ...partsOf(failure.text), what: `test ${name}`, code: failure.code, ...issueOf(failure) });
    }
  }
  return [...steps, ...tests];
}

function issueOf(facts: Parameters<typeof recognise>[0]): { issue?: KnownIssue } {
  const issue = recognise(facts);
  return issue ? { issue } : {};
}

type Parts = Pick<Failed, 'message' | 'object' | 'likely' | 'next'>;

/** The lines that `describeError` wrote. A part may go on over several. */
export function partsOf(text: string): Parts {
  const [message = '', ...pieces] = text.split(/\n {2}(?=(?:object|likely|next): )/);
  const found = pieces
    .map((piece) => /^(object|likely|next): +([\s\S]*)$/.exec(piece))
    .filter((match) => match !== null);
  return { message, ...Object.fromEntries(found.map(([, name, value]) => [name, value])) };
}

/**
 * The one to look at first: a step, since tests depend on all of them; a known issue before an unknown one; else the
 * failure whose likely cause most others share; one that has none explains nothing.
 */
export function foremost(failures: readonly Failed[]): Failed | undefined {
  const steps = failures.filter(({ step }) => step !== undefined);
  const candidates = steps.length > 0 ? steps : failures;
  const known = candidates.find(({ issue }) => issue !== undefined);
  if (known) return known;
  const shared = ({ likely, object }: Failed) =>
    likely === undefined ? 0 : candidates.filter((other) => other.likely === likely && other.object === object).length;
  return candidates.toSorted((a, b) => shared(b) - shared(a))[0];
}
