import { createIds, EventLog, virtualClock, type VirtualClock } from '@meshbed/core';
import { Fabric } from '../fabric.ts';
import type { NetworkInterface, RouteTarget, SecurityGroupRule } from '../model.ts';

export const local = '111111111111';
export const external = '222222222222';

const region = 'us-east-2';

/** A rule in one line: `ingress tcp 8080 10.0.0.0/8` or `egress -1 0 sg-app`. */
export function rule(text: string): SecurityGroupRule {
  const [direction, protocol, port, source] = text.split(' ') as ['ingress', 'tcp', string, string];
  return {
    id: `sgr-${direction}-${protocol}-${port}`,
    direction,
    protocol,
    fromPort: Number(port),
    toPort: Number(port),
    source: source.startsWith('sg-') ? { groupId: source, ownerId: local } : { cidr: source },
    tags: new Map(),
  };
}

export interface Network {
  fabric: Fabric;
  clock: VirtualClock;
  log: EventLog;
  /** An interface in a subnet, filtered by `sg-open` unless told otherwise. */
  at(subnetId: string, options?: { groupIds?: string[]; withPublicIp?: boolean }): NetworkInterface;
  /** Replaces the rules of a group, or makes the group. */
  group(id: string, vpcId: string, ...rules: string[]): void;
}

/**
 * vpc-local (192.168.0.0/16: subnet-public, subnet-private behind nat-local) and vpc-external of another account
 * (10.1.0.0/16: subnet-external, no Internet), joined by pcx-both. Group `sg-open` and `sg-open-external` allow all.
 */
export function network(): Network {
  const clock = virtualClock();
  const log = new EventLog(clock);
  const fabric = new Fabric({ clock, ids: createIds('fabric'), log });
  const group: Network['group'] = (id, vpcId, ...rules) => {
    const owned = { id, ownerId: vpcId === 'vpc-local' ? local : external, region, tags: new Map() };
    fabric.securityGroups.set(id, { ...owned, vpcId, name: id, description: '', rules: rules.map(rule) });
  };
  const at: Network['at'] = (subnetId, { groupIds, withPublicIp = false } = {}) => {
    const ownerId = fabric.subnets.get(subnetId)!.ownerId;
    const groups = groupIds ?? [subnetId === 'subnet-external' ? 'sg-open-external' : 'sg-open'];
    return fabric.createInterface({ subnetId, groupIds: groups, ownerId, region, description: '', withPublicIp });
  };
  addVpc(fabric, 'vpc-local', local, '192.168.0.0/16');
  addVpc(fabric, 'vpc-external', external, '10.1.0.0/16');
  addSubnet(fabric, 'subnet-public', 'vpc-local', '192.168.0.0/24');
  addSubnet(fabric, 'subnet-private', 'vpc-local', '192.168.1.0/24');
  addSubnet(fabric, 'subnet-external', 'vpc-external', '10.1.1.0/24');
  fabric.internetGateways.set('igw-local', {
    id: 'igw-local',
    ownerId: local,
    region,
    tags: new Map(),
    vpcId: 'vpc-local',
  });
  const peering = { id: 'pcx-both', ownerId: local, region, tags: new Map(), status: 'active', message: '' } as const;
  fabric.peerings.set('pcx-both', {
    ...peering,
    requesterVpcId: 'vpc-local',
    requesterOwnerId: local,
    accepterVpcId: 'vpc-external',
    accepterOwnerId: external,
  });
  addTable(fabric, 'rtb-public', 'subnet-public', {
    '192.168.0.0/16': { kind: 'local' },
    '10.1.0.0/16': { kind: 'peering', id: 'pcx-both' },
    '0.0.0.0/0': { kind: 'internet-gateway', id: 'igw-local' },
  });
  addTable(fabric, 'rtb-private', 'subnet-private', {
    '192.168.0.0/16': { kind: 'local' },
    '10.1.0.0/16': { kind: 'peering', id: 'pcx-both' },
    '0.0.0.0/0': { kind: 'nat-gateway', id: 'nat-local' },
  });
  addTable(fabric, 'rtb-external', 'subnet-external', {
    '10.1.0.0/16': { kind: 'local' },
    '192.168.0.0/16': { kind: 'peering', id: 'pcx-both' },
  });
  group('sg-open', 'vpc-local', 'ingress -1 0 0.0.0.0/0', 'egress -1 0 0.0.0.0/0');
  group('sg-open-external', 'vpc-external', 'ingress -1 0 0.0.0.0/0', 'egress -1 0 0.0.0.0/0');
  addNat(fabric);
  return { fabric, clock, log, at, group };
}

function addVpc(fabric: Fabric, id: string, ownerId: string, cidr: string): void {
  const owned = { id, ownerId, region, tags: new Map() };
  fabric.vpcs.set(id, { ...owned, cidr, state: 'available', dnsSupport: true, dnsHostnames: true, isDefault: false });
}

function addSubnet(fabric: Fabric, id: string, vpcId: string, cidr: string): void {
  const owned = { id, ownerId: fabric.vpcs.get(vpcId)!.ownerId, region, tags: new Map() };
  const zone = 'us-east-2a';
  fabric.subnets.set(id, { ...owned, vpcId, cidr, zone, state: 'available', mapPublicIpOnLaunch: false });
}

function addTable(fabric: Fabric, id: string, subnetId: string, targets: Record<string, RouteTarget>): void {
  const { vpcId, ownerId } = fabric.subnets.get(subnetId)!;
  const routes = Object.entries(targets).map(([destination, target]) => {
    return { destination, target, origin: 'CreateRoute' } as const;
  });
  const associations = [{ id: `rtbassoc-${id}`, subnetId, main: false }];
  fabric.routeTables.set(id, { id, ownerId, region, tags: new Map(), vpcId, routes, associations });
}

function addNat(fabric: Fabric): void {
  const owned = { ownerId: local, region };
  const at = fabric.createInterface({
    ...owned,
    subnetId: 'subnet-public',
    groupIds: [],
    description: 'nat',
    interfaceType: 'nat_gateway',
    withPublicIp: true,
  });
  const [privateIp = ''] = at.ips;
  const place = { vpcId: 'vpc-local', subnetId: 'subnet-public', eniId: at.id, allocationId: 'eipalloc-nat' };
  const addresses = { privateIp, publicIp: at.publicIps.get(privateIp)! };
  const state = { state: 'available', createdAtMs: 0 } as const;
  fabric.natGateways.set('nat-local', { ...owned, id: 'nat-local', tags: new Map(), ...place, ...addresses, ...state });
}
