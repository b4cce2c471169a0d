import type * as model from '../model.ts';
import type { NetworkView } from '../route/index.ts';
import type { SecurityRule } from '../security-group.ts';

const local = '111111111111';
const external = '222222222222';
const region = 'us-east-2';

/** A rule in one line: `ingress tcp 8080 10.0.0.0/8` or `egress -1 0 sg-app`. */
function rule(text: string): SecurityRule {
  const [direction, protocol, port, source] = text.split(' ') as ['ingress', 'tcp', string, string];
  return {
    id: `sgr-${direction}-${protocol}-${port}`,
    direction,
    protocol,
    fromPort: Number(port),
    toPort: Number(port),
    source: source.startsWith('sg-') ? { groupId: source, ownerId: local } : { cidr: source },
  };
}

interface Options {
  groupIds?: string[];
  withPublicIp?: boolean;
}

/**
 * vpc-local (192.168.0.0/16: subnet-public, subnet-private behind nat-local) and vpc-external of another account
 * (10.1.0.0/16: subnet-external, no Internet), joined by pcx-both. Group `sg-open` and `sg-open-external` allow all.
 */
export class Network implements NetworkView {
  readonly vpcs: Map<string, model.Owned> = keyed([
    { id: 'vpc-local', ownerId: local },
    { id: 'vpc-external', ownerId: external },
  ]);
  readonly subnets: Map<string, model.Subnet> = keyed([
    { id: 'subnet-public', ownerId: local, vpcId: 'vpc-local' },
    { id: 'subnet-private', ownerId: local, vpcId: 'vpc-local' },
    { id: 'subnet-external', ownerId: external, vpcId: 'vpc-external' },
  ]);
  readonly internetGateways: Map<string, model.InternetGateway> = keyed([
    { id: 'igw-local', ownerId: local, vpcId: 'vpc-local' },
  ]);
  readonly natGateways: Map<string, model.NatGateway> = keyed([
    {
      id: 'nat-local',
      ownerId: local,
      subnetId: 'subnet-public',
      publicIp: '203.0.113.1',
      state: 'available' as const,
    },
  ]);
  readonly routeTables: Map<string, model.RouteTable> = new Map();
  readonly securityGroups: Map<string, model.SecurityGroup> = new Map();
  readonly interfaces: Map<string, model.NetworkInterface> = new Map();
  readonly peerings: Map<string, model.Peering> = keyed([
    {
      id: 'pcx-both',
      ownerId: local,
      requesterVpcId: 'vpc-local',
      requesterOwnerId: local,
      accepterVpcId: 'vpc-external',
      accepterOwnerId: external,
      status: 'active',
    },
  ]);
  /** `eni-1 10.0.0.1:80` */
  readonly #listening = new Set<string>();

  constructor() {
    this.#table('rtb-public', 'subnet-public', {
      '192.168.0.0/16': { kind: 'local' },
      '10.1.0.0/16': { kind: 'peering', id: 'pcx-both' },
      '0.0.0.0/0': { kind: 'internet-gateway', id: 'igw-local' },
    });
    this.#table('rtb-private', 'subnet-private', {
      '192.168.0.0/16': { kind: 'local' },
      '10.1.0.0/16': { kind: 'peering', id: 'pcx-both' },
      '0.0.0.0/0': { kind: 'nat-gateway', id: 'nat-local' },
    });
    this.#table('rtb-external', 'subnet-external', {
      '10.1.0.0/16': { kind: 'local' },
      '192.168.0.0/16': { kind: 'peering', id: 'pcx-both' },
    });
    for (const id of ['sg-open', 'sg-open-external']) this.group(id, 'ingress -1 0 0.0.0.0/0', 'egress -1 0 0.0.0.0/0');
  }

  /** Replaces the rules of a group, or makes the group. */
  group(id: string, ...rules: string[]): void {
    this.securityGroups.set(id, { id, ownerId: id.endsWith('external') ? external : local, rules: rules.map(rule) });
  }

  /** An interface in a subnet, filtered by `sg-open` unless told otherwise. */
  at(subnetId: string, { groupIds, withPublicIp = false }: Options = {}): model.NetworkInterface {
    const { vpcId, ownerId } = this.subnets.get(subnetId)!;
    const host = this.interfaces.size + 4;
    const ip = `${prefixes[subnetId]}.${host}`;
    const created: model.NetworkInterface = {
      id: `eni-${host}`,
      ownerId,
      region,
      vpcId,
      subnetId,
      ips: [ip],
      groupIds: groupIds ?? [subnetId === 'subnet-external' ? 'sg-open-external' : 'sg-open'],
      publicIps: new Map(withPublicIp ? [[ip, `203.0.113.${host}`]] : []),
      interfaceType: 'interface',
    };
    this.interfaces.set(created.id, created);
    return created;
  }

  listen(eniId: string, ip: string, port: number): void {
    this.#listening.add(`${eniId} ${ip}:${port}`);
  }

  listens({ eniId, ip }: { eniId: string; ip: string }, port: number): boolean {
    return this.#listening.has(`${eniId} ${ip}:${port}`);
  }

  host(ip: string): ReturnType<NetworkView['host']> {
    return ip === '203.0.113.200' ? { names: ['api.example'], ports: new Map([[443, 1]]) } : undefined;
  }

  #table(id: string, subnetId: string, targets: Record<string, model.RouteTarget>): void {
    const { vpcId, ownerId } = this.subnets.get(subnetId)!;
    const routes = Object.entries(targets).map(([destination, target]) => ({ destination, target }));
    this.routeTables.set(id, { id, ownerId, vpcId, routes, associations: [{ subnetId, main: false }] });
  }
}

const prefixes: Record<string, string> = {
  'subnet-public': '192.168.0',
  'subnet-private': '192.168.1',
  'subnet-external': '10.1.1',
};

const keyed = <T extends { id: string }>(items: T[]): Map<string, T> => new Map(items.map((item) => [item.id, item]));
