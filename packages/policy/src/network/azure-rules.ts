import { tryParseCidr, tryParseIp } from './cidr.ts';
import type { SecurityProtocol, SecurityRule } from './security-group.ts';

/** A rule of one of Azure's network security groups, in the words of its API. */
export interface AzureRule {
  /** Resource id; its last part is the name. */
  id: string;
  /** 100 to 4096; Azure's own default rules have more. The lowest number that matches decides. */
  priority: number;
  direction: 'Inbound' | 'Outbound';
  access: 'Allow' | 'Deny';
  /** `Tcp`, `Udp`, `Icmp`, `*` */
  protocol: string;
  /** CIDRs, addresses, service tags or `*`. */
  sources: readonly string[];
  destinations: readonly string[];
  /** `15008`, `8000-8100` or `*`. */
  destinationPorts: readonly string[];
}

/** As rules to be asked in order. @param networkCidr what the tag VirtualNetwork stands for */
export function securityRulesOf(rules: readonly AzureRule[], networkCidr: string): SecurityRule[] {
  const inOrder = rules.toSorted((a, b) => a.priority - b.priority);
  return inOrder.flatMap((rule) => {
    const inbound = rule.direction === 'Inbound';
    const [peers, own] = inbound ? [rule.sources, rule.destinations] : [rule.destinations, rule.sources];
    const cidrsOf = (prefixes: readonly string[]) => prefixes.flatMap((each) => cidrOf(each, networkCidr) ?? []);
    const protocol = protocolOf(rule.protocol);
    if (!protocol) return [];
    const shared = {
      id: rule.id,
      direction: inbound ? ('ingress' as const) : ('egress' as const),
      protocol,
      ...(rule.access === 'Deny' ? { denies: true } : {}),
      ...(own.some((each) => everywhere.has(each)) ? {} : { own: cidrsOf(own) }),
    };
    const ports = rule.destinationPorts.flatMap((each) => portsOf(each) ?? []);
    return ports.flatMap((range) => cidrsOf(peers).map((cidr) => ({ ...shared, ...range, source: { cidr } })));
  });
}

/** What an own end always is; packets that get here were for the network. */
const everywhere = new Set(['*', 'VirtualNetwork', '0.0.0.0/0']);

/** Where health probes of load balancers come from. */
const probes = '168.63.129.16/32';

/** Other tags stand for addresses of Azure's services, none of which takes part here. */
function cidrOf(prefix: string, networkCidr: string): string | undefined {
  if (prefix === '*' || prefix === 'Internet' || prefix === 'Any') return '0.0.0.0/0';
  if (prefix === 'VirtualNetwork') return networkCidr;
  if (prefix === 'AzureLoadBalancer') return probes;
  if (tryParseIp(prefix) !== undefined) return `${prefix}/32`;
  return tryParseCidr(prefix) ? prefix : undefined;
}

/** Every protocol with ports goes by `tcp` and `udp` rules; `*` is judged as TCP, since only its ports matter. */
function protocolOf(protocol: string): SecurityProtocol | undefined {
  const known: Readonly<Record<string, SecurityProtocol>> = { '*': 'tcp', tcp: 'tcp', udp: 'udp', icmp: 'icmp' };
  return known[protocol.toLowerCase()];
}

function portsOf(range: string): { fromPort: number; toPort: number } | undefined {
  const [, from = '', to = from] = /^(\d+)(?:-(\d+))?$/.exec(range === '*' ? '0-65535' : range) ?? [];
  return from === '' ? undefined : { fromPort: Number(from), toPort: Number(to) };
}
