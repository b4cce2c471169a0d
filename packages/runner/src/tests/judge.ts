import type { FailureKind } from '../probes/outcome.ts';

/** What was observed about one refused (or not refused) connection. */
export interface DenialEvidence {
  outcome: 'answered' | FailureKind;
  /** The refusal that the ztunnel of the destination recorded for this caller since the connection was opened. */
  refusal: string | undefined;
  /** What it says once all the policies have arrived. */
  expected: string;
  /** Policies that must be in force and aren't. */
  missingPolicies: readonly string[];
}

/** `not-yet` may still become a denial: the policy has not reached the destination. */
export type Judgement =
  | { verdict: 'denied'; refusal: string }
  | { verdict: 'not-yet'; reason: string }
  | { verdict: 'failed'; reason: 'policy-vanished' | 'not-a-reset' | 'not-recorded' };

/** Only a reset that the destination recorded as the refusal that the policies in force mean is a denial. */
export function judgeDenial({ outcome, refusal, expected, missingPolicies }: DenialEvidence): Judgement {
  if (missingPolicies.length > 0) return { verdict: 'failed', reason: 'policy-vanished' };
  if (outcome === 'answered') return { verdict: 'not-yet', reason: 'the destination still answers' };
  if (outcome !== 'reset') return { verdict: 'failed', reason: 'not-a-reset' };
  if (refusal === undefined) return { verdict: 'failed', reason: 'not-recorded' };
  if (refusal !== expected) return { verdict: 'not-yet', reason: `it refuses, but because: ${refusal}` };
  return { verdict: 'denied', refusal };
}
