import { evaluateSecurityGroups, type Flow } from '../security-group.ts';
import type { NetworkInterface } from '../model.ts';
import type { Verdict } from '../verdict.ts';
import type { Trip } from './trip.ts';

/** The other end of a flow as an interface's security groups see it. */
export interface FlowPeer {
  ip: string;
  /** Only when the addresses were not translated on the way. */
  groupIds: readonly string[];
}

/** Asks the security groups of `at`; the verdict when they refuse, undefined when they let pass. */
export function filter(
  trip: Trip,
  direction: Flow['direction'],
  at: NetworkInterface,
  peer: FlowPeer,
): Verdict | undefined {
  if (at.groupIds.length === 0) {
    trip.allow(
      'interface',
      at,
      `interface ${at.id} (${at.interfaceType}) has no security group: nothing filters its ${direction}`,
    );
    return undefined;
  }
  const groups = at.groupIds.flatMap((id) => trip.network.securityGroups.get(id) ?? []);
  const decision = evaluateSecurityGroups(groups, {
    direction,
    protocol: 'tcp',
    port: trip.to.port,
    peerIp: peer.ip,
    peerGroupIds: peer.groupIds,
    ownIps: [...at.ips, ...at.publicIps.values()],
  });
  if (decision.verdict === 'deny') {
    const id = decision.ruleId ?? at.groupIds.join(',');
    return trip.drop(`security-group-${direction}`, 'security-group', { id, ownerId: at.ownerId }, decision.reason);
  }
  trip.allow('security-group', { id: decision.groupId, ownerId: at.ownerId }, decision.reason);
  return undefined;
}
