import { expect, test } from 'vitest';
import { compared } from './state.ts';

const item = (name: string) => ({ namespace: 'n', name });

test('mesh state: each object once, with how many proxies know it', () => {
  const lists = [
    [item('b'), item('a')],
    [item('a'), item('a')],
  ];
  expect(compared(lists).map(({ item: { name }, by }) => [name, by])).toEqual([
    ['a', 2],
    ['b', 1],
  ]);
});
