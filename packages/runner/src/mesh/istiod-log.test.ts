import { expect, test } from 'vitest';
import { discoveryErrorIn } from './istiod-log.ts';

const denied =
  'ecs: account ecs.local: AccessDenied: User: arn:aws:sts::1:assumed-role/x/y is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::1:role/istiod-local';

test.each([
  ['nothing', '', undefined],
  ['only good news', '2026-01-01T00:00:00Z\tinfo\tecs: 2 services', undefined],
  ['a refusal', `2026-01-01T00:00:00Z\tinfo\tstarted\n2026-01-01T00:00:00Z\terror\t${denied}\n`, denied],
])('istiod log: %s', (_name, log, expected) => {
  expect(discoveryErrorIn(log)).toBe(expected);
});
