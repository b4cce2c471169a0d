import type { IngressRule, Traffic } from '../network/security-groups.ts';

/** Traffic that security groups let in, with the description that its rule gets. */
export interface NamedTraffic extends Traffic {
  description: string;
}

const tcp = (description: string, first: number, last: number = first): NamedTraffic => ({
  protocol: 'tcp',
  ports: [first, last],
  description,
});

export const hbonePort = 15_008;

export const hbone: NamedTraffic = tcp('HBONE between ztunnels', hbonePort);
export const xds: NamedTraffic = tcp('istiod through the east-west gateway', 15_012);
export const echo: NamedTraffic = tcp('echo-service', 8080);
export const shell: NamedTraffic = tcp('shell-task', 80);

/** What peered networks let in from each other. */
export const acrossNetworks: readonly NamedTraffic[] = [
  shell,
  tcp('applications in TLS', 443),
  echo,
  tcp('mesh: HBONE, xDS, readiness', 15_000, 15_200),
  { protocol: 'icmp', ports: [-1, -1], description: 'reachability' },
];

export const admitting = (from: IngressRule['from'], traffic: readonly NamedTraffic[]): IngressRule[] =>
  traffic.map((each) => ({ ...each, from }));
