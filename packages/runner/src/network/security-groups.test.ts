import { expect, test } from 'vitest';
import { covers, type IngressRule } from './security-groups.ts';

const ranges = (CidrIp: string) => ({ IpRanges: [{ CidrIp }] });
const groups = (GroupId: string) => ({ UserIdGroupPairs: [{ GroupId }] });
const tcp = (FromPort: number, ToPort = FromPort) => ({ IpProtocol: 'tcp', FromPort, ToPort });

const fromNetwork: IngressRule = {
  protocol: 'tcp',
  ports: [15_000, 15_200],
  from: { cidr: '10.1.0.0/16' },
  description: '',
};
const fromGroup: IngressRule = { ...fromNetwork, ports: [15_008, 15_008], from: { groupId: 'sg-pods' } };
const icmp: IngressRule = { ...fromNetwork, protocol: 'icmp', ports: [-1, -1] };

test.each([
  ['no rule', {}, fromNetwork, false],
  ['everything from everywhere', { IpProtocol: '-1', ...ranges('0.0.0.0/0') }, fromNetwork, true],
  ['the same', { ...tcp(15_000, 15_200), ...ranges('10.1.0.0/16') }, fromNetwork, true],
  ['a wider range of addresses', { ...tcp(15_000, 15_200), ...ranges('10.0.0.0/8') }, fromNetwork, true],
  ['a narrower range of addresses', { ...tcp(15_000, 15_200), ...ranges('10.1.1.0/24') }, fromNetwork, false],
  ['fewer ports', { ...tcp(15_008), ...ranges('10.1.0.0/16') }, fromNetwork, false],
  ['another protocol', { ...tcp(0, 65_535), IpProtocol: 'udp', ...ranges('10.1.0.0/16') }, fromNetwork, false],
  ['a group', { ...tcp(15_000, 15_200), ...groups('sg-pods') }, fromGroup, true],
  ['another group', { ...tcp(15_000, 15_200), ...groups('sg-other') }, fromGroup, false],
  ['addresses instead of a group', { ...tcp(15_008), ...ranges('0.0.0.0/0') }, fromGroup, false],
  ['all ICMP', { IpProtocol: 'icmp', FromPort: -1, ToPort: -1, ...ranges('10.1.0.0/16') }, icmp, true],
  ['TCP instead of ICMP', { ...tcp(0, 65_535), ...ranges('10.1.0.0/16') }, icmp, false],
])('security group with %s', (_name, permission, rule, expected) => {
  expect(covers({ IpPermissions: [permission] }, rule)).toBe(expected);
});
