import { expect, test } from 'vitest';
import { admits } from './security-groups.ts';

const ranges = (CidrIp: string) => ({ IpRanges: [{ CidrIp }] });
const groups = (GroupId: string) => ({ UserIdGroupPairs: [{ GroupId }] });
const hbone = { IpProtocol: 'tcp', FromPort: 15008, ToPort: 15008 };

test.each([
  ['no rule', {}, false],
  ['everything from everywhere', { IpProtocol: '-1', ...ranges('0.0.0.0/0') }, true],
  ['the port from the network', { ...hbone, ...ranges('192.168.0.0/16') }, true],
  ['the port from another network', { ...hbone, ...ranges('10.0.0.0/8') }, false],
  ['another port', { ...hbone, ToPort: 15012, FromPort: 15012, ...ranges('0.0.0.0/0') }, false],
  ['a range of ports', { ...hbone, FromPort: 15000, ToPort: 15200, ...ranges('0.0.0.0/0') }, true],
  ['another protocol', { ...hbone, IpProtocol: 'udp', ...ranges('0.0.0.0/0') }, false],
  ['the port from a group of the caller', { ...hbone, ...groups('sg-caller') }, true],
  ['the port from another group', { ...hbone, ...groups('sg-other') }, false],
])('admits: %s', (_name, rule, expected) => {
  expect(admits({ IpPermissions: [rule] }, 15008, { ip: '192.168.1.7', groupIds: ['sg-caller'] })).toBe(expected);
});
