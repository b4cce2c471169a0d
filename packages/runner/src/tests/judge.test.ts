import { expect, test } from 'vitest';
import { judgeDenial, type DenialEvidence } from './judge.ts';

const refusal = 'allow policies exist, but none allowed';

test.each<[string, Partial<DenialEvidence>, string]>([
  ['a recorded reset', {}, 'denied'],
  ['a reset that nobody recorded', { refusal: undefined }, 'not-recorded'],
  ['a reset for another reason', { expected: 'explicitly denied by: here/deny-cluster-2' }, 'not-yet'],
  ['an answer', { outcome: 'answered', refusal: undefined }, 'not-yet'],
  ['an answer after the policy vanished', { outcome: 'answered', missingPolicies: ['deny-all'] }, 'policy-vanished'],
  ['a reset after the policy vanished', { missingPolicies: ['deny-all'] }, 'policy-vanished'],
  ['a timeout, even with an old refusal', { outcome: 'timeout' }, 'not-a-reset'],
  ['an unknown name', { outcome: 'unknown-host' }, 'not-a-reset'],
  ['a refused connection', { outcome: 'refused' }, 'not-a-reset'],
  ['a close without an answer', { outcome: 'empty' }, 'not-a-reset'],
  ['a caller without its proxy', { outcome: 'proxy-down' }, 'not-a-reset'],
])('denial: %s', (_name, evidence, expected) => {
  const judgement = judgeDenial({ outcome: 'reset', refusal, expected: refusal, missingPolicies: [], ...evidence });
  expect(judgement.verdict === 'failed' ? judgement.reason : judgement.verdict).toBe(expected);
});
