import type { SecurityGroup, SecurityGroupRule } from '@meshbed/fabric';
import type { Resource } from '../arm/resource.ts';
import { resourceId } from '../arm/resource-id.ts';
import { namespace, owned, type Owner } from './owned.ts';

export interface NetworkSecurityGroup extends Resource {
  group: SecurityGroup;
}

const everywhere = '0.0.0.0/0';

const rule = (id: string, direction: 'ingress' | 'egress', more: Partial<SecurityGroupRule>): SecurityGroupRule => ({
  id,
  direction,
  protocol: '-1',
  fromPort: 0,
  toPort: 65_535,
  source: { cidr: everywhere },
  tags: new Map(),
  ...more,
});

/** With Azure's default rules: the virtual network in, everything out. */
export function createSecurityGroup(
  owner: Owner,
  { name, networkId, cidr }: { name: string; networkId: string; cidr: string },
): NetworkSecurityGroup {
  const { world, location } = owner;
  const id = resourceId(owner.group, namespace, 'networkSecurityGroups', name);
  const rules = [
    rule('AllowVnetInBound', 'ingress', { source: { cidr } }),
    rule('AllowInternetOutBound', 'egress', {}),
  ];
  const group: SecurityGroup = { ...owned(owner, id), vpcId: networkId, name, description: 'AKS', rules };
  world.fabric.securityGroups.set(id, group);
  const created: NetworkSecurityGroup = {
    id,
    name,
    type: `${namespace}/networkSecurityGroups`,
    location,
    tags: {},
    group,
    properties: () => ({
      provisioningState: 'Succeeded',
      securityRules: group.rules.slice(2).map((each, index) => ruleView(id, each, 500 + index)),
      defaultSecurityRules: group.rules.slice(0, 2).map((each, index) => ruleView(id, each, 65_000 + index)),
    }),
    end: () => void world.fabric.securityGroups.delete(id),
  };
  world.resources.put(created);
  return created;
}

/** Opens ports of a Service to the Internet. */
export function openPorts({ group }: NetworkSecurityGroup, uid: string, ports: readonly number[]): void {
  closePorts({ group }, uid);
  for (const port of ports)
    group.rules.push(
      rule(`k8s-azure-lb_allow_IPv4_${uid}-${port}`, 'ingress', { protocol: 'tcp', fromPort: port, toPort: port }),
    );
}

export function closePorts({ group }: Pick<NetworkSecurityGroup, 'group'>, uid: string): void {
  group.rules = group.rules.filter(({ id }) => !id.startsWith(`k8s-azure-lb_allow_IPv4_${uid}-`));
}

function ruleView(
  groupId: string,
  { id, direction, protocol, fromPort, toPort, source }: SecurityGroupRule,
  priority: number,
) {
  const peer = 'cidr' in source ? (source.cidr === everywhere ? '*' : source.cidr) : '*';
  return {
    id: `${groupId}/securityRules/${id}`,
    name: id,
    properties: {
      provisioningState: 'Succeeded',
      protocol: protocol === 'tcp' ? 'Tcp' : '*',
      sourcePortRange: '*',
      destinationPortRange:
        protocol === 'tcp' ? (fromPort === toPort ? String(fromPort) : `${fromPort}-${toPort}`) : '*',
      sourceAddressPrefix: direction === 'ingress' ? peer : '*',
      destinationAddressPrefix: direction === 'egress' ? peer : '*',
      access: 'Allow',
      priority,
      direction: direction === 'ingress' ? 'Inbound' : 'Outbound',
    },
  };
}
