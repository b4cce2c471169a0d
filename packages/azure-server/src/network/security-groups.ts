import type { SecurityGroup } from '@meshbed/fabric';
import { type AzureRule, securityRulesOf } from '@meshbed/policy/network';
import type { Resource } from '../arm/resource.ts';
import { resourceId } from '../arm/resource-id.ts';
import type { World } from '../world.ts';
import { namespace, owned, type Owner } from './owned.ts';

export interface NetworkSecurityGroup extends Resource {
  /** Without the default ones. */
  rules: readonly AzureRule[];
  /** What the network goes by from now on. */
  setRules(rules: readonly AzureRule[]): void;
}

export const securityGroupType: string = `${namespace}/networkSecurityGroups`;

const everything = { protocol: '*', destinationPorts: ['*'] };

/** What Azure puts into every group, behind all others. */
const defaultRules = (group: string): AzureRule[] =>
  (
    [
      ['AllowVnetInBound', 65_000, 'Inbound', 'Allow', 'VirtualNetwork', 'VirtualNetwork'],
      ['AllowAzureLoadBalancerInBound', 65_001, 'Inbound', 'Allow', 'AzureLoadBalancer', '*'],
      ['DenyAllInBound', 65_500, 'Inbound', 'Deny', '*', '*'],
      ['AllowVnetOutBound', 65_000, 'Outbound', 'Allow', 'VirtualNetwork', 'VirtualNetwork'],
      ['AllowInternetOutBound', 65_001, 'Outbound', 'Allow', '*', 'Internet'],
      ['DenyAllOutBound', 65_500, 'Outbound', 'Deny', '*', '*'],
    ] as const
  ).map(([name, priority, direction, access, source, destination]) => ({
    id: `${group}/defaultSecurityRules/${name}`,
    priority,
    direction,
    access,
    ...everything,
    sources: [source],
    destinations: [destination],
  }));

/** In force for all machines and frontends of a cluster. */
export function createSecurityGroup(
  owner: Owner,
  { name, networkId, cidr }: { name: string; networkId: string; cidr: string },
): NetworkSecurityGroup {
  const { world, location } = owner;
  const id = resourceId(owner.group, namespace, 'networkSecurityGroups', name);
  const defaults = defaultRules(id);
  const group: SecurityGroup = { ...owned(owner, id), vpcId: networkId, name, description: 'AKS', rules: [] };
  const created: NetworkSecurityGroup = {
    id,
    name,
    type: securityGroupType,
    location,
    tags: {},
    rules: [],
    setRules(rules) {
      created.rules = rules;
      const judged = securityRulesOf([...rules, ...defaults], cidr);
      group.rules = judged.map((rule) => ({ ...rule, tags: new Map() }));
    },
    properties: () => ({
      provisioningState: 'Succeeded',
      securityRules: created.rules.map(ruleView),
      defaultSecurityRules: defaults.map(ruleView),
    }),
    end: () => void world.fabric.securityGroups.delete(id),
  };
  created.setRules([]);
  world.fabric.securityGroups.set(id, group);
  world.resources.put(created);
  return created;
}

export const findSecurityGroup = ({ resources }: World, id: string): NetworkSecurityGroup | undefined => {
  const found = resources.get(id);
  return found?.type === securityGroupType ? (found as NetworkSecurityGroup) : undefined;
};

/** As AKS names what it opens. */
const prefixOf = (uid: string) => `k8s-azure-lb_allow_IPv4_${uid}-`;
const firstPriority = 500;

/** Opens ports of a Service to the Internet. */
export function openPorts(group: NetworkSecurityGroup, uid: string, ports: readonly number[]): void {
  const others = group.rules.filter((rule) => !nameOf(rule).startsWith(prefixOf(uid)));
  const taken = new Set(others.map(({ priority }) => priority));
  const free = Array.from({ length: ports.length + taken.size }, (_, at) => firstPriority + at).filter(
    (priority) => !taken.has(priority),
  );
  const opened = ports.map((port, at): AzureRule => ({
    id: `${group.id}/securityRules/${prefixOf(uid)}${port}`,
    priority: free[at] ?? firstPriority,
    direction: 'Inbound',
    access: 'Allow',
    protocol: 'Tcp',
    sources: ['Internet'],
    destinations: ['*'],
    destinationPorts: [String(port)],
  }));
  const same = JSON.stringify(group.rules) === JSON.stringify([...others, ...opened]);
  if (!same) group.setRules([...others, ...opened]);
}

export function closePorts(group: NetworkSecurityGroup, uid: string): void {
  group.setRules(group.rules.filter((rule) => !nameOf(rule).startsWith(prefixOf(uid))));
}

export const nameOf = ({ id }: AzureRule): string => id.slice(id.lastIndexOf('/') + 1);

export function ruleView(rule: AzureRule): Record<string, unknown> {
  const { id, protocol, priority, access, direction, sources, destinations, destinationPorts } = rule;
  const kind = id.includes('/defaultSecurityRules/') ? 'defaultSecurityRules' : 'securityRules';
  return {
    id,
    name: nameOf(rule),
    type: `${securityGroupType}/${kind}`,
    properties: {
      provisioningState: 'Succeeded',
      protocol,
      sourcePortRange: '*',
      ...oneOrMany('destinationPortRange', destinationPorts),
      ...oneOrMany('sourceAddressPrefix', sources, 'es'),
      ...oneOrMany('destinationAddressPrefix', destinations, 'es'),
      access,
      priority,
      direction,
    },
  };
}

/** Azure has a member for one value, and another for several. */
const oneOrMany = (member: string, values: readonly string[], plural = 's') => ({
  ...(values.length === 1 ? { [member]: values[0] } : {}),
  [`${member}${plural}`]: values.length === 1 ? [] : values,
});
