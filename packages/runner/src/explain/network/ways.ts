/** The way of packets between two addresses, over what EC2 says. */
import { type OutsideHost, traceConnection, type Verdict } from '@meshbed/policy/network';
import type { Facts, Interface, NetworkFacts } from '../facts/types.ts';

export interface Way {
  from: { interface: Interface; ip: string };
  to: { ip: string; port: number };
}

/** Whether anybody listens is not for EC2 to say: taken for granted. @param outside what the target is beyond all VPCs */
export function traceWay({ network }: Facts, { from, to }: Way, outside?: OutsideHost): Verdict {
  const view = { ...network, listens: () => true, host: () => outside };
  return traceConnection(view, { eniId: from.interface.id, ip: from.ip }, to);
}

/** The interface with that private address; addresses of two networks may collide, then it is one near `besides`. */
export function interfaceAt(network: NetworkFacts, ip: string, besides?: Interface): Interface | undefined {
  const candidates = [...network.interfaces.values()].filter(({ ips }) => ips.includes(ip));
  return candidates.find(({ vpcId }) => vpcId === besides?.vpcId) ?? candidates[0];
}

/** Interfaces of the load balancer that has the host name `NAME-ID.elb.REGION.amazonaws.com`. */
export function loadBalancerInterfaces(network: NetworkFacts, hostname: string): Interface[] {
  const [label = ''] = hostname.split('.');
  return [...network.interfaces.values()].filter(({ description }) => {
    const [, name, id] = /^ELB net\/([^/]+)\/([^/]+)$/.exec(description) ?? [];
    return label === `${name}-${id}`;
  });
}
