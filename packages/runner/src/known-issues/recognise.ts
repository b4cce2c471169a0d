import { knownIssues } from './catalogue.ts';
import type { FailureFacts, KnownIssue, Signature } from './types.ts';

/** The known issue that a failure is, if it is one: the first of the catalogue with a signature that matches. */
export function recognise(facts: FailureFacts, issues: readonly KnownIssue[] = knownIssues): KnownIssue | undefined {
  return issues.find(({ signatures }) => signatures.some((signature) => matches(signature, facts)));
}

function matches({ code, text, step }: Signature, facts: FailureFacts): boolean {
  if (code && !code.test(facts.code)) return false;
  if (step && !step.test(facts.step ?? '')) return false;
  return text?.test(facts.text) ?? true;
}
