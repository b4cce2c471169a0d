import { expect, test } from 'vitest';
import { stepIds } from '../steps/types.ts';
import { scenarioNumbered, scenarios, stepIndex } from './index.ts';
import { scenario1 } from './scenario1.ts';

test('scenario 1: the twelve steps in their order and parts', () => {
  expect(scenario1.steps.map(({ id }) => id)).toEqual([...stepIds]);
  expect(scenario1.steps.map(({ part }) => part)).toEqual([1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 4, 5]);
  expect(scenario1.parts).toHaveLength(5);
});

test('scenario 1: three of discovery, three of connectivity, two of authorization', () => {
  const counts = Object.groupBy(scenario1.tests, ({ category }) => category);
  expect([counts.discovery?.length, counts.connectivity?.length, counts.authorization?.length]).toEqual([3, 3, 2]);
});

test.each(scenarios)('scenario $number: ids of tests are unique and every denial has a control', ({ tests }) => {
  expect(new Set(tests.map(({ id }) => id)).size).toBe(tests.length);
  const denied = tests.filter((each) => each.category === 'authorization' && each.expected === 'denied');
  expect(denied.every((each) => 'control' in each)).toBe(true);
});

test.each([
  ['istio_install', 4],
  ['5', 4],
  ['12', 11],
])('step %s', (text, index) => {
  expect(stepIndex(scenario1, text)).toBe(index);
});

test.each(['0', '13', 'istio'])('step %s is unknown', (text) => {
  expect(() => stepIndex(scenario1, text)).toThrow('there is no step');
});

test('scenario: an unknown one names those there are', () => {
  expect(() => scenarioNumbered('9')).toThrow('there is no scenario 9');
});
