import type { Fabric } from '@meshbed/fabric';
import { local } from './server.ts';

const region = 'us-east-2';

/** `vpc-1` with `subnet-a` and `subnet-b` in two zones and group `sg-1`, and `vpc-2` with `subnet-other` and `sg-other`. */
export function addTestNetwork(fabric: Fabric, ownerId: string = local): void {
  addVpc(fabric, 'vpc-1', '10.0.0.0/16', ownerId);
  addVpc(fabric, 'vpc-2', '10.1.0.0/16', ownerId);
  addSubnet(fabric, { id: 'subnet-a', vpcId: 'vpc-1', cidr: '10.0.0.0/24', zone: 'us-east-2a' }, ownerId);
  addSubnet(fabric, { id: 'subnet-b', vpcId: 'vpc-1', cidr: '10.0.1.0/24', zone: 'us-east-2b' }, ownerId);
  addSubnet(fabric, { id: 'subnet-other', vpcId: 'vpc-2', cidr: '10.1.0.0/24', zone: 'us-east-2a' }, ownerId);
  addGroup(fabric, { id: 'sg-1', vpcId: 'vpc-1', name: 'app' }, ownerId);
  addGroup(fabric, { id: 'sg-default', vpcId: 'vpc-1', name: 'default' }, ownerId);
  addGroup(fabric, { id: 'sg-other', vpcId: 'vpc-2', name: 'app' }, ownerId);
}

function addVpc(fabric: Fabric, id: string, cidr: string, ownerId: string): void {
  const settings = { dnsSupport: true, dnsHostnames: true, isDefault: false, state: 'available' as const };
  fabric.vpcs.set(id, { id, ownerId, region, tags: new Map(), cidr, ...settings });
}

function addSubnet(
  fabric: Fabric,
  subnet: { id: string; vpcId: string; cidr: string; zone: string },
  ownerId: string,
): void {
  const settings = { ownerId, region, tags: new Map(), state: 'available' as const, mapPublicIpOnLaunch: false };
  fabric.subnets.set(subnet.id, { ...subnet, ...settings });
}

function addGroup(fabric: Fabric, group: { id: string; vpcId: string; name: string }, ownerId: string): void {
  fabric.securityGroups.set(group.id, { ...group, ownerId, region, tags: new Map(), description: '', rules: [] });
}
