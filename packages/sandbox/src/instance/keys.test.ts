import { createIds } from '@meshbed/core';
import { expect, test } from 'vitest';
import { type AccountChoices, createAccounts } from './keys.ts';

const facts = (choices?: AccountChoices) =>
  Object.values(createAccounts(createIds('test'), choices)).map(({ accountId, profile }) => `${accountId} ${profile}`);

test.each<[AccountChoices | undefined, string[]]>([
  [undefined, ['000000000001 local', '000000000002 external']],
  [{ local: { id: '111122223333' } }, ['111122223333 local', '000000000002 external']],
  [{ local: { id: '000000000002', profile: 'external' } }, ['000000000002 external', '000000000003 other']],
  [{ external: { id: '000000000001', profile: 'local' } }, ['000000000002 external', '000000000001 local']],
  [
    { local: { id: '111122223333', profile: 'a' }, external: { id: '444455556666', profile: 'b' } },
    ['111122223333 a', '444455556666 b'],
  ],
])('accounts: %j', (choices, expected) => {
  expect(facts(choices)).toEqual(expected);
});

test('accounts: two with one id are refused', () => {
  expect(() => facts({ local: { id: '111122223333' }, external: { id: '111122223333' } })).toThrow(
    'both accounts have the account id 111122223333',
  );
});
