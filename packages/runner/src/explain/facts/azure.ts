/** An AKS cluster's network in the terms of the judges: a virtual network is a VPC whose owner is a subscription. */
import { containsIp, securityRulesOf, type OutboundRule } from '@meshbed/policy/network';
import type { AksNetwork, SecurityRuleView } from '../../azure/network.ts';
import type { KubeObject, Pod } from './objects.ts';
import type { Interface, NetworkFacts } from './types.ts';

export interface Node extends KubeObject {
  spec?: { providerID?: string };
  status?: { addresses?: readonly { type: string; address: string }[] };
}

export interface AzureSite {
  subscription: string;
  network: AksNetwork;
  /** Of the cluster: ARM does not tell which machine has which address. */
  nodes: readonly Node[];
  pods: readonly Pod[];
}

export function azureFacts(site: AzureSite): NetworkFacts {
  const { subscription: ownerId, network } = site;
  const { networks } = network;
  const vpcs = networks.map(({ id, properties }) => ({
    id,
    ownerId,
    cidr: properties.addressSpace?.addressPrefixes?.[0] ?? '',
  }));
  const interfaces = [...machines(site), ...frontends(site)];
  return {
    vpcs: byId(vpcs),
    subnets: byId(subnetsOf(network).map(({ id, vpcId }) => ({ id, ownerId, vpcId }))),
    internetGateways: new Map(),
    natGateways: new Map(),
    routeTables: byId(
      networks.map(({ id: vpcId, name }) => ({
        id: `system routes of ${name}`,
        ownerId,
        vpcId,
        routes: [
          { destination: vpcs.find(({ id }) => id === vpcId)?.cidr ?? '', target: { kind: 'local' } as const },
          { destination: '0.0.0.0/0', target: { kind: 'internet' } as const },
        ],
        associations: [{ main: true }],
      })),
    ),
    securityGroups: byId(
      network.securityGroups.map(({ id, properties: { securityRules = [], defaultSecurityRules = [] } }) => ({
        id,
        ownerId,
        rules: securityRulesOf([...securityRules, ...defaultSecurityRules].map(ruleOf), vpcs[0]?.cidr ?? ''),
      })),
    ),
    interfaces: byId(interfaces),
    peerings: new Map(),
    groupVpcs: new Map(network.securityGroups.map(({ id }) => [id, vpcs[0]?.id ?? ''])),
    outboundRules: byId(outboundRules(site)),
  };
}

/** Both clouds' as one network, without a route between them but the Internet. */
export const joined = (one: NetworkFacts, other: NetworkFacts): NetworkFacts => ({
  vpcs: new Map([...one.vpcs, ...other.vpcs]),
  subnets: new Map([...one.subnets, ...other.subnets]),
  internetGateways: new Map([...one.internetGateways, ...other.internetGateways]),
  natGateways: new Map([...one.natGateways, ...other.natGateways]),
  routeTables: new Map([...one.routeTables, ...other.routeTables]),
  securityGroups: new Map([...one.securityGroups, ...other.securityGroups]),
  interfaces: new Map([...one.interfaces, ...other.interfaces]),
  peerings: new Map([...one.peerings, ...other.peerings]),
  groupVpcs: new Map([...one.groupVpcs, ...other.groupVpcs]),
  outboundRules: new Map([...(one.outboundRules ?? []), ...(other.outboundRules ?? [])]),
});

const byId = <T extends { id: string }>(items: readonly T[]) => new Map(items.map((item) => [item.id, item] as const));

const subnetsOf = ({ networks }: AksNetwork) =>
  networks.flatMap(({ id: vpcId, properties: { subnets = [] } }) =>
    subnets.map(({ id, properties: { addressPrefix, addressPrefixes = [] } }) => ({
      id,
      vpcId,
      cidr: addressPrefix ?? addressPrefixes[0] ?? '0.0.0.0/32',
    })),
  );

/** Their pods have addresses of the network, on the same interface. */
function machines({ subscription, network, nodes, pods }: AzureSite): Interface[] {
  return nodes.map(({ metadata: { name }, spec, status }) => {
    const own = status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? '';
    const onIt = pods.flatMap((pod) => (pod.spec.nodeName === name ? (pod.status?.podIP ?? []) : []));
    const id = spec?.providerID?.replace(/^azure:\/\//, '') ?? name;
    return interfaceIn(network, { id, ownerId: subscription, ips: [...new Set([own, ...onIt])], at: own });
  });
}

/** Public addresses of load balancers; what is filtered there is what the machines behind them filter. */
function frontends({ subscription, network, nodes }: AzureSite): Interface[] {
  const [first] = nodes;
  const at = first?.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? '';
  return frontendAddresses(network).map(({ id, ip }) => ({
    ...interfaceIn(network, { id, ownerId: subscription, ips: [ip], at }),
    publicIps: new Map([[ip, ip]]),
    interfaceType: 'load balancer frontend',
  }));
}

function frontendAddresses({ loadBalancers, publicAddresses }: AksNetwork): { id: string; ip: string }[] {
  const ips = new Map(publicAddresses.map(({ id, properties }) => [id.toLowerCase(), properties.ipAddress]));
  return loadBalancers
    .flatMap(({ properties }) => properties.frontendIPConfigurations ?? [])
    .flatMap(({ id, properties: { publicIPAddress } }) => {
      const ip = ips.get(publicIPAddress?.id.toLowerCase() ?? '');
      return ip === undefined ? [] : [{ id, ip }];
    });
}

interface Placed {
  id: string;
  ownerId: string;
  ips: readonly string[];
  /** An address of its subnet. */
  at: string;
}

function interfaceIn(network: AksNetwork, { at, ...placed }: Placed): Interface {
  const subnet = subnetsOf(network).find(({ cidr }) => at !== '' && containsIp(cidr, at));
  return {
    ...placed,
    region: network.networks[0]?.location ?? '',
    vpcId: subnet?.vpcId ?? '',
    subnetId: subnet?.id ?? '',
    groupIds: network.securityGroups.map(({ id }) => id),
    publicIps: new Map(),
    interfaceType: 'machine',
    description: '',
  };
}

function outboundRules({ subscription, network, nodes }: AzureSite): OutboundRule[] {
  const addresses = new Map(frontendAddresses(network).map(({ id, ip }) => [id.toLowerCase(), ip]));
  const interfaceIds = nodes.map(({ spec, metadata }) => spec?.providerID?.replace(/^azure:\/\//, '') ?? metadata.name);
  return network.loadBalancers
    .flatMap(({ properties }) => properties.outboundRules ?? [])
    .flatMap(({ id, properties: { frontendIPConfigurations = [] } }) => {
      const publicIp = frontendIPConfigurations.flatMap((each) => addresses.get(each.id.toLowerCase()) ?? [])[0];
      return publicIp === undefined ? [] : [{ id, ownerId: subscription, interfaceIds, publicIp }];
    });
}

function ruleOf({ id, properties: rule }: SecurityRuleView) {
  const several = (one: string | undefined, many: readonly string[] = []) => (many.length > 0 ? many : [one ?? '*']);
  const { priority, direction, access, protocol } = rule;
  return {
    id,
    priority,
    direction,
    access,
    protocol,
    sources: several(rule.sourceAddressPrefix, rule.sourceAddressPrefixes),
    destinations: several(rule.destinationAddressPrefix, rule.destinationAddressPrefixes),
    destinationPorts: several(rule.destinationPortRange, rule.destinationPortRanges),
  };
}
