import { describe, expect, it } from 'vitest';
import { recreate, rollingUpdate, rolloutLimits } from './rollout.ts';

const set = (name: string, desired: number, available = desired) => ({ name, desired, available });

describe('rollout limits', () => {
  it.each([
    [{ replicas: 4 }, { surge: 1, unavailable: 1 }],
    [{ replicas: 1 }, { surge: 1, unavailable: 0 }],
    [
      { replicas: 10, maxSurge: '25%', maxUnavailable: '25%' },
      { surge: 3, unavailable: 2 },
    ],
    [
      { replicas: 3, maxSurge: 0, maxUnavailable: 0 },
      { surge: 0, unavailable: 1 },
    ],
    [
      { replicas: 3, maxSurge: 2, maxUnavailable: 1 },
      { surge: 2, unavailable: 1 },
    ],
  ])('%o: %o', ({ replicas, ...update }, expected) => {
    expect(rolloutLimits(replicas, update)).toEqual(expected);
  });
});

describe('rolling update', () => {
  const limits = { surge: 1, unavailable: 0 };
  it.each([
    ['grows a first set at once', 3, limits, set('new', 0), [], [{ name: 'new', from: 0, to: 3 }]],
    ['adds one above the desired number', 3, limits, set('new', 0), [set('old', 3)], [{ name: 'new', from: 0, to: 1 }]],
    ['waits while the new pod is not available', 3, limits, set('new', 1, 0), [set('old', 3)], []],
    [
      'removes an old pod for an available new one',
      3,
      limits,
      set('new', 1),
      [set('old', 3)],
      [{ name: 'old', from: 3, to: 2 }],
    ],
    [
      'removes unhealthy old pods first',
      3,
      { surge: 1, unavailable: 1 },
      set('new', 1, 0),
      [set('broken', 2, 0), set('old', 1)],
      [{ name: 'broken', from: 2, to: 1 }],
    ],
    ['shrinks the new set when fewer are wanted', 1, limits, set('new', 3), [], [{ name: 'new', from: 3, to: 1 }]],
    ['is done', 3, limits, set('new', 3), [set('old', 0)], []],
  ] as const)('%s', (...[, replicas, withLimits, fresh, old, expected]) => {
    expect(rollingUpdate(replicas, withLimits, fresh, old)).toEqual(expected);
  });
});

describe('recreate', () => {
  it.each([
    ['empties the old sets first', [set('old', 2)], 2, [{ name: 'old', from: 2, to: 0 }]],
    ['waits until their pods are gone', [set('old', 0)], 1, []],
    ['then fills the new one', [set('old', 0)], 0, [{ name: 'new', from: 0, to: 2 }]],
  ] as const)('%s', (_name, old, oldPods, expected) => {
    expect(recreate(2, set('new', 0), old, oldPods)).toEqual(expected);
  });
});
