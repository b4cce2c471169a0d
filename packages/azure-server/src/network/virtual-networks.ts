import type { Call } from '../arm/call.ts';
import type { ResourceType } from '../arm/provider.ts';
import { type Resource, shown } from '../arm/resource.ts';
import { resourceId } from '../arm/resource-id.ts';
import { invalid, missing, notModelled } from '../errors.ts';
import { refuseWhileDeleting } from '../resources/group-records.ts';
import { requireLocation } from '../resources/location.ts';
import { tagsOf } from '../resources/tags.ts';
import type { World } from '../world.ts';
import { namespace, owned, type Owner } from './owned.ts';
import { networkVersions } from './versions.ts';

export interface Subnet {
  id: string;
  name: string;
  cidr: string;
}

export interface VirtualNetwork extends Resource {
  cidr: string;
  subnets: readonly Subnet[];
}

const type = `${namespace}/virtualNetworks`;

export interface NewNetwork {
  name: string;
  cidr: string;
  subnets: readonly Omit<Subnet, 'id'>[];
  tags?: Record<string, string>;
}

/**
 * A virtual network: a VPC of the fabric whose system routes lead to itself and to the Internet. Nothing leads to other
 * networks, of Azure or of AWS.
 */
export function createNetwork(owner: Owner, { name, cidr, subnets, tags = {} }: NewNetwork): VirtualNetwork {
  const { world, group, location } = owner;
  const id = resourceId(group, namespace, 'virtualNetworks', name);
  const own = subnets.map((subnet) => ({ ...subnet, id: `${id}/subnets/${subnet.name}` }));
  const network: VirtualNetwork = {
    id,
    name,
    type,
    location,
    tags,
    cidr,
    subnets: own,
    properties: () => ({
      provisioningState: 'Succeeded',
      addressSpace: { addressPrefixes: [cidr] },
      subnets: own.map(subnetView),
      enableDdosProtection: false,
    }),
    end: () => removeFromFabric(world, network),
  };
  addToFabric(owner, network);
  world.resources.put(network);
  return network;
}

function addToFabric(owner: Owner, { id, cidr, subnets }: VirtualNetwork): void {
  const { fabric } = owner.world;
  fabric.vpcs.set(id, {
    ...owned(owner, id),
    cidr,
    state: 'available',
    dnsSupport: true,
    dnsHostnames: true,
    isDefault: false,
  });
  for (const subnet of subnets) {
    const { id: subnetId, cidr: block } = subnet;
    fabric.subnets.set(subnetId, {
      ...owned(owner, subnetId),
      vpcId: id,
      cidr: block,
      zone: '',
      state: 'available',
      mapPublicIpOnLaunch: false,
    });
  }
  const system = `${id}/systemRoutes`;
  fabric.routeTables.set(system, {
    ...owned(owner, system),
    vpcId: id,
    routes: [
      { destination: cidr, target: { kind: 'local' }, origin: 'CreateRouteTable' },
      { destination: '0.0.0.0/0', target: { kind: 'internet' }, origin: 'CreateRouteTable' },
    ],
    associations: [{ id: `${system}/main`, main: true }],
  });
}

function removeFromFabric({ fabric }: World, { id, subnets }: VirtualNetwork): void {
  fabric.routeTables.delete(`${id}/systemRoutes`);
  for (const subnet of subnets) fabric.subnets.delete(subnet.id);
  fabric.vpcs.delete(id);
}

const subnetView = ({ id, name, cidr }: Subnet) => ({
  id,
  name,
  type: `${type}/subnets`,
  properties: { provisioningState: 'Succeeded', addressPrefix: cidr },
});

const all = ({ resources }: World, scope: string) => resources.ofType(scope, type) as VirtualNetwork[];

/** By id in any case. */
export function findSubnet(world: World, id: string): { network: VirtualNetwork; subnet: Subnet } | undefined {
  for (const network of all(world, ''))
    for (const subnet of network.subnets) if (subnet.id.toLowerCase() === id.toLowerCase()) return { network, subnet };
  return undefined;
}

export const virtualNetworks: ResourceType = {
  versions: networkVersions,
  needsRegistration: true,
  list: ({ world, group, subscription }) => ({
    status: 200,
    body: { value: all(world, group || `/subscriptions/${subscription}`).map(shown) },
  }),
  get: (call) => ({ status: 200, body: shown(find(call)) }),
  put(call) {
    const { world, subscription, group, name } = call;
    refuseWhileDeleting(world, group);
    if (world.resources.get(call.resource)) throw notModelled('changes of a virtual network');
    const body = call.body();
    const location = requireLocation(body, type);
    const wanted = networkOf(body);
    const network = createNetwork({ world, subscription, group, location }, { ...wanted, name, tags: tagsOf(body) });
    return { status: 201, body: shown(network) };
  },
  async delete(call) {
    const { world } = call;
    const network = world.resources.get(call.resource) as VirtualNetwork | undefined;
    if (!network) return { status: 204 };
    const used = [...world.fabric.interfaces.values()].find(({ vpcId }) => vpcId === network.id);
    if (used)
      throw invalid(
        'InUseSubnetCannotBeDeleted',
        `Subnet ${used.subnetId} is in use by ${used.description} and cannot be deleted.`,
      );
    await network.end?.();
    world.resources.delete(network.id);
    return { status: 200 };
  },
};

function find(call: Call): VirtualNetwork {
  const found = call.world.resources.get(call.resource);
  if (found) return found as VirtualNetwork;
  throw missing(
    'ResourceNotFound',
    `The Resource '${type}/${call.name}' under resource group '${call.id.group}' was not found.`,
  );
}

interface NetworkProperties {
  addressSpace?: { addressPrefixes?: string[] };
  subnets?: { name?: string; properties?: { addressPrefix?: string; addressPrefixes?: string[] } }[];
}

function networkOf({ properties = {} }: Record<string, unknown>): Pick<NewNetwork, 'cidr' | 'subnets'> {
  const { addressSpace, subnets = [] } = properties as NetworkProperties;
  const [cidr, further] = addressSpace?.addressPrefixes ?? [];
  if (cidr === undefined || !isCidr(cidr))
    throw invalid(
      'InvalidAddressPrefixFormat',
      `Address prefix ${cidr ?? ''} of the virtual network is not a CIDR notation.`,
    );
  if (further !== undefined) throw notModelled('virtual networks with several address prefixes');
  return {
    cidr,
    subnets: subnets.map(({ name = '', properties: { addressPrefix, addressPrefixes = [] } = {} }) => {
      const block = addressPrefix ?? addressPrefixes[0] ?? '';
      if (!isCidr(block))
        throw invalid(
          'InvalidAddressPrefixFormat',
          `Address prefix ${block} of subnet ${name} is not a CIDR notation.`,
        );
      return { name, cidr: block };
    }),
  };
}

const isCidr = (text: string) =>
  /^(\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/.test(text) &&
  text.split(/[./]/).every((part, index) => Number(part) <= (index < 4 ? 255 : 30));

export const subnets: ResourceType = {
  versions: networkVersions,
  list(call) {
    const network = call.world.resources.get(call.resource.slice(0, call.resource.lastIndexOf('/')));
    return { status: 200, body: { value: ((network as VirtualNetwork | undefined)?.subnets ?? []).map(subnetView) } };
  },
  get({ world, resource, name }) {
    const found = findSubnet(world, resource);
    if (found) return { status: 200, body: subnetView(found.subnet) };
    throw missing('NotFound', `Resource ${name} not found.`);
  },
};
