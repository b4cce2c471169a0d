import { expect, test } from 'vitest';
import { closedSentence } from './closed-group.ts';

const origin = { ip: '192.168.100.7', groupIds: ['sg-pods'] };
const group = (port: number) => ({
  GroupId: 'sg-1',
  GroupName: 'ecs-demo-sg',
  IpPermissions: [{ IpProtocol: 'tcp', FromPort: port, ToPort: port, UserIdGroupPairs: [{ GroupId: 'sg-pods' }] }],
});

test('closed group: a sentence with name, id, port and caller', () => {
  expect(closedSentence('the interface eni-1', [group(8080)], origin)).toBe(
    'security group ecs-demo-sg (sg-1) of the interface eni-1 has no rule for tcp 15008 from 192.168.100.7',
  );
});

test('closed group: nothing to say when one of the groups admits', () => {
  expect(closedSentence('the interface eni-1', [group(8080), group(15008)], origin)).toBeUndefined();
});
