import { expect, test } from 'vitest';
import { type Activity, criticalPath } from './critical-path.ts';

const activity = (id: string, ms: number, ...needs: string[]): Activity => ({ id, ms, needs });

test.each<[string, Activity[], number, string[]]>([
  ['nothing', [], 0, []],
  ['one', [activity('a', 5)], 5, ['a']],
  ['side by side: the longer one', [activity('a', 5), activity('b', 7)], 7, ['b']],
  ['a chain: its sum', [activity('a', 5), activity('b', 7, 'a')], 12, ['a', 'b']],
  [
    'a diamond: the longer side',
    [activity('a', 1), activity('b', 9, 'a'), activity('c', 2, 'a'), activity('d', 1, 'b', 'c')],
    11,
    ['a', 'b', 'd'],
  ],
  ['what takes no time is not named', [activity('a', 5), activity('b', 0, 'a'), activity('c', 1, 'b')], 6, ['a', 'c']],
])('critical path: %s', (_name, activities, ms, path) => {
  expect(criticalPath(activities)).toEqual({ ms, path });
});

test.each<[string, Activity[]]>([
  ['a circle', [activity('a', 1, 'b'), activity('b', 1, 'a')]],
  ['an unknown need', [activity('a', 1, 'x')]],
])('critical path: %s is a bug', (_name, activities) => {
  expect(() => criticalPath(activities)).toThrow(expect.objectContaining({ code: 'bug/graph' }));
});
