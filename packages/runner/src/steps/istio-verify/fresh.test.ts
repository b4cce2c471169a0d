import { expect, test } from 'vitest';
import { isFresh } from './index.ts';

const changedMs = 10_400;

test.each([
  ['started in a later second', [11_000], false, true],
  ['started before', [9000], false, false],
  ['started in the same second and reads ECS', [10_000], false, true],
  ['started in the same second and is refused', [10_000], true, false],
  ['one of two started before', [9000, 11_000], false, false],
  ['none there', [], false, false],
])('istiod and its association: %s', async (_name, started, complains, fresh) => {
  expect(await isFresh(started, changedMs, () => Promise.resolve(complains))).toBe(fresh);
});
