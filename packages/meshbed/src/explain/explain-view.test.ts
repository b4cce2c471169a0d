import type { Explanation } from '@meshbed/runner/explain';
import { expect, test } from 'vitest';
import { noPaint } from '../view/paint.ts';
import { renderComparedMatrix, renderMatrix } from './matrix.ts';
import { renderExplanation } from './render.ts';

const allowed: Explanation = {
  from: 'eks/shell',
  to: 'echo:8080',
  verdict: 'allowed',
  via: 'hbone',
  hops: [
    {
      step: 'network',
      object: 'rtb-1',
      account: '111111111111',
      verdict: 'allow',
      says: 'route table rtb-1 has a route',
    },
    {
      step: 'policy',
      object: 'Namespace app',
      account: '111111111111',
      verdict: 'allow',
      says: 'no policy is in force',
    },
  ],
  warnings: [],
};
const cause = {
  reason: 'security-group-ingress',
  object: 'sg-1',
  account: '222222222222',
  says: 'no rule of sg-1',
  fix: ['aws ec2 …'],
} as const;
const denied: Explanation = {
  ...allowed,
  verdict: 'denied',
  via: 'none',
  hops: [{ step: 'network', ...cause, verdict: 'deny' }],
  cause,
};

test('allowed: one line per object with its id and account, then the answer', () => {
  expect(renderExplanation(allowed, noPaint)).toBe(`eks/shell → echo:8080
✓ network   route table rtb-1 has a route [111111111111]
✓ policy    no policy is in force [Namespace app in 111111111111]

Allowed, through the mesh
`);
});

test('denied: the object that decides, its account, what to change', () => {
  expect(renderExplanation(denied, noPaint)).toBe(`eks/shell → echo:8080
✗ network   no rule of sg-1 [222222222222]

Not allowed: security-group-ingress
  decides  sg-1 in account 222222222222
  change   aws ec2 …
`);
});

test('a warning: follows the answer', () => {
  const text = renderExplanation({ ...allowed, via: 'plaintext', warnings: [cause] }, noPaint);
  expect(text).toContain('Allowed, in plain text\nBut: security-group-ingress\n  decides  sg-1');
});

const from = (caller: string, explanation: Explanation) => ({ ...explanation, from: caller });

test('matrix: callers in rows, targets in numbered columns', () => {
  expect(renderMatrix([from('a', allowed), from('bb', denied)], noPaint)).toBe(`Targets:
  1  echo:8080

    1
a   yes
bb  no
`);
});

test('what if: cells that change show both, and each change has its reason', () => {
  const text = renderComparedMatrix(
    [
      { from: 'a', to: 'echo:8080', now: allowed, after: denied, changes: true },
      { from: 'b', to: 'echo:8080', now: allowed, after: allowed, changes: false },
    ],
    noPaint,
  );
  expect(text).toContain('a  yes→no\nb  yes\n');
  expect(text).toContain('1 of 2 change:\n  a → echo:8080: allowed now, denied then: no rule of sg-1\n');
});
