import { expect, test } from 'vitest';
import { NameService } from './names.ts';

const names = new NameService(({ vpcId }) => vpcId !== 'vpc-mute');
names.set('api.example', () => ['192.0.2.1']);
names.set('*.example', () => ['192.0.2.2']);
names.set('*.deep.example', (from) => [from.vpcId]);
names.set('pending.example', () => undefined);

test.each([
  { name: 'api.example', gives: ['192.0.2.1'] },
  { name: 'API.Example.', gives: ['192.0.2.1'] },
  { name: 'other.example', gives: ['192.0.2.2'] },
  { name: 'a.b.example', gives: ['192.0.2.2'] },
  { name: 'a.deep.example', gives: ['vpc-1'] },
  { name: 'example', gives: [] },
  { name: 'pending.example', gives: [] },
  { name: 'unknown.test', gives: [] },
  { name: 'api.example', vpcId: 'vpc-mute', gives: [] },
])('resolve: $name is $gives', ({ name, vpcId = 'vpc-1', gives }) => {
  expect(names.resolve(name, { vpcId })).toEqual(gives);
});
