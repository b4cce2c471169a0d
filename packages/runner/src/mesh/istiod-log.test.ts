import { expect, test } from 'vitest';
import { discoveryErrorIn } from './istiod-log.ts';

const denied =
  'ecs: account ecs.local: AccessDenied: User: arn:aws:sts::1:assumed-role/x/y is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::1:role/istiod-local';
const found = 'ecs: arn:aws:iam::1:role/istiod-local in us-east-2: 1 clusters, 2 services, 2 tasks (0 in the mesh)';

test.each([
  ['nothing', '', undefined],
  ['only good news', '2026-01-01T00:00:00Z\tinfo\tecs: 2 services', undefined],
  ['a refusal that has settled', `x\terror\t${denied}\nx\tinfo\t${found}\n`, undefined],
  [
    'a refusal while another account is read',
    `x\terror\t${denied}\nx\tinfo\t${found.replace('local', 'external')}\n`,
    denied,
  ],
  ['a refusal after all', `x\tinfo\t${found}\nx\terror\t${denied}\n`, denied],
  ['a refusal', `2026-01-01T00:00:00Z\tinfo\tstarted\n2026-01-01T00:00:00Z\terror\t${denied}\n`, denied],
])('istiod log: %s', (_name, log, expected) => {
  expect(discoveryErrorIn(log)).toBe(expected);
});
