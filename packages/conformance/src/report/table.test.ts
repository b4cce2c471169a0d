import { expect, test } from 'vitest';
import { tableOf } from './table.ts';

test('table: counts the cases of each client and area', () => {
  const printed = tableOf([
    { client: 'kubectl 1.32', area: 'exec', state: 'passed' },
    { client: 'kubectl 1.32', area: 'exec', state: 'failed' },
    { client: 'aws', area: 'ec2', state: 'skipped' },
  ]);
  expect(printed).toBe(
    [
      'client        area  passed  failed  skipped',
      'kubectl 1.32  exec       1       1        0',
      'aws           ec2        0       0        1',
      'total                    1       1        1',
    ].join('\n'),
  );
});
