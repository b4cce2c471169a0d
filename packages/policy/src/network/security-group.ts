import { containsIp } from './cidr.ts';
import { nameOf } from './model.ts';

export type SecurityProtocol = '-1' | 'tcp' | 'udp' | 'icmp';

/** One permission of a security group. Protocol `-1` means all protocols and ports. */
export interface SecurityRule {
  id: string;
  direction: 'ingress' | 'egress';
  protocol: SecurityProtocol;
  fromPort: number;
  toPort: number;
  /** The other end: source of an ingress rule, destination of an egress rule. */
  source: { cidr: string } | { groupId: string; ownerId: string };
  /** Azure: refuses what it matches, whatever later rules say. */
  denies?: boolean;
  /** Azure: matches only these addresses (CIDR) of the own end. */
  own?: readonly string[];
}

export interface SecurityRules {
  id: string;
  rules: readonly SecurityRule[];
}

/** A packet that opens a connection, seen from the interface whose groups decide. */
export interface Flow {
  direction: 'ingress' | 'egress';
  protocol: 'tcp' | 'udp';
  port: number;
  /** The other end's address as the network shows it. */
  peerIp: string;
  /** Groups of the other end; empty when its address was translated, since references only match private addresses. */
  peerGroupIds: readonly string[];
  /** Addresses of the own end, private and public. */
  ownIps?: readonly string[];
}

export type SecurityDecision =
  | { verdict: 'allow'; groupId: string; ruleId: string; reason: string }
  | { verdict: 'deny'; groupIds: readonly string[]; ruleId?: string; reason: string };

/** The first rule that matches decides. Those of AWS only allow, so that the union of all groups counts. */
export function evaluateSecurityGroups(groups: readonly SecurityRules[], flow: Flow): SecurityDecision {
  for (const group of groups) {
    const rule = group.rules.find((candidate) => ruleMatches(candidate, flow));
    if (rule?.denies)
      return { verdict: 'deny', groupIds: [group.id], ruleId: rule.id, reason: decided(group.id, rule, flow) };
    if (rule) return { verdict: 'allow', groupId: group.id, ruleId: rule.id, reason: decided(group.id, rule, flow) };
  }
  return { verdict: 'deny', groupIds: groups.map(({ id }) => id), reason: denied(groups, flow) };
}

function ruleMatches(rule: SecurityRule, flow: Flow): boolean {
  return rule.direction === flow.direction && coversPort(rule, flow) && coversPeer(rule, flow) && coversOwn(rule, flow);
}

const coversOwn = ({ own }: SecurityRule, { ownIps = [] }: Flow) =>
  own === undefined || own.some((cidr) => ownIps.some((ip) => containsIp(cidr, ip)));

function coversPort({ protocol, fromPort, toPort }: SecurityRule, flow: Flow): boolean {
  return protocol === '-1' || (protocol === flow.protocol && flow.port >= fromPort && flow.port <= toPort);
}

function coversPeer({ source }: SecurityRule, flow: Flow): boolean {
  return 'cidr' in source ? containsIp(source.cidr, flow.peerIp) : flow.peerGroupIds.includes(source.groupId);
}

/** `tcp 8080 from 10.0.0.0/16`, `all traffic to sg-1`. */
export function describeSecurityRule({ direction, protocol, fromPort, toPort, source }: SecurityRule): string {
  const ports = fromPort === toPort ? `${fromPort}` : `${fromPort}-${toPort}`;
  const traffic = protocol === '-1' ? 'all traffic' : `${protocol} ${ports}`;
  return `${traffic} ${preposition(direction)} ${'cidr' in source ? source.cidr : source.groupId}`;
}

const preposition = (direction: Flow['direction']) => (direction === 'ingress' ? 'from' : 'to');

function describeFlow({ direction, protocol, port, peerIp }: Flow): string {
  return direction === 'ingress' ? `${protocol} port ${port} from ${peerIp}` : `${protocol} port ${port} to ${peerIp}`;
}

function decided(groupId: string, rule: SecurityRule, flow: Flow): string {
  const verb = rule.denies ? 'denies' : 'allows';
  return `${flow.direction} rule ${nameOf(rule.id)} of ${nameOf(groupId)} (${describeSecurityRule(rule)}) ${verb} ${describeFlow(flow)}`;
}

function denied(groups: readonly SecurityRules[], flow: Flow): string {
  const count = groups.flatMap(({ rules }) => rules).filter(({ direction }) => direction === flow.direction).length;
  const names = groups.map(({ id }) => nameOf(id)).join(', ');
  return `none of the ${count} ${flow.direction} rules of ${names} allows ${describeFlow(flow)}`;
}
