import { expect, test } from 'vitest';
import { scenarioNumbered } from '../scenario/index.ts';
import { chosenExercises, exercisesOf } from './index.ts';

test.each([
  ['1', [1, 2]],
  ['2', [1, 2, 3, 4, 5, 6]],
  ['3', [1, 2, 3, 4, 5, 6, 7]],
])('exercises: those of scenario %s', (scenario, numbers) => {
  expect(chosenExercises(scenarioNumbered(scenario), 'all')).toEqual(numbers);
});

test('exercises: have the numbers of the guides', () => {
  const numbered = exercisesOf(scenarioNumbered('3'));
  expect(numbered.every(({ number, title }) => title.startsWith(`6.${number} `))).toBe(true);
});

test.each(['0', '8', '6.8', 'x', '1.5', ''])('exercises: "%s" is an error that names those that there are', (text) => {
  expect(() => chosenExercises(scenarioNumbered('3'), text)).toThrow(`scenario 3 has no exercise ${text}`);
});
