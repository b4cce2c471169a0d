import type { Call } from '../arm/call.ts';
import type { ResourceType } from '../arm/provider.ts';
import { type Resource, shown } from '../arm/resource.ts';
import { resourceId } from '../arm/resource-id.ts';
import { invalid, missing, notModelled } from '../errors.ts';
import { refuseWhileDeleting } from '../resources/group-records.ts';
import { requireLocation } from '../resources/location.ts';
import { tagsOf } from '../resources/tags.ts';
import { namespace, owned, type Owner } from './owned.ts';
import { networkVersions } from './versions.ts';

export interface PublicAddress extends Resource {
  ip: string;
  /** Id of the frontend that has it. */
  usedBy: string | undefined;
}

const type = `${namespace}/publicIPAddresses`;

export function createPublicAddress(
  owner: Owner,
  { name, tags, usedBy }: { name: string; tags: Record<string, string>; usedBy?: string },
): PublicAddress {
  const { world, group, location } = owner;
  const id = resourceId(group, namespace, 'publicIPAddresses', name);
  const ip = world.fabric.allocatePublicIp();
  world.fabric.elasticIps.set(id, { ...owned(owner, id), publicIp: ip });
  const address: PublicAddress = {
    id,
    name,
    type,
    location,
    tags,
    ip,
    usedBy,
    beside: { sku: { name: 'Standard', tier: 'Regional' } },
    properties: () => ({
      provisioningState: 'Succeeded',
      ipAddress: ip,
      publicIPAddressVersion: 'IPv4',
      publicIPAllocationMethod: 'Static',
      idleTimeoutInMinutes: 4,
      ...(address.usedBy === undefined ? {} : { ipConfiguration: { id: address.usedBy } }),
    }),
    end: () => void world.fabric.elasticIps.delete(id),
  };
  world.resources.put(address);
  return address;
}

export const publicAddresses: ResourceType = {
  versions: networkVersions,
  needsRegistration: true,
  list: ({ world, group, subscription }) => ({
    status: 200,
    body: { value: world.resources.ofType(group || `/subscriptions/${subscription}`, type).map(shown) },
  }),
  get: (call) => ({ status: 200, body: shown(find(call)) }),
  put(call) {
    const { world, subscription, group, name } = call;
    refuseWhileDeleting(world, group);
    const existing = world.resources.get(call.resource);
    const body = call.body();
    if (existing) {
      existing.tags = tagsOf(body);
      return { status: 200, body: shown(existing) };
    }
    const { publicIPAddressVersion: family = 'IPv4' } = (body['properties'] ?? {}) as Record<string, unknown>;
    if (family !== 'IPv4') throw notModelled(`public addresses of version ${String(family)}`);
    const location = requireLocation(body, type);
    const created = createPublicAddress({ world, subscription, group, location }, { name, tags: tagsOf(body) });
    return { status: 201, body: shown(created) };
  },
  async delete({ world, resource }) {
    const found = world.resources.get(resource) as PublicAddress | undefined;
    if (!found) return { status: 204 };
    if (found.usedBy !== undefined) {
      const text = `Public IP address ${found.id} can not be deleted since it is still allocated to resource ${found.usedBy}.`;
      throw invalid('PublicIPAddressCannotBeDeleted', text);
    }
    await found.end?.();
    world.resources.delete(found.id);
    return { status: 200 };
  },
};

function find({ world, resource, name, id }: Call): Resource {
  const found = world.resources.get(resource);
  if (found) return found;
  throw missing('ResourceNotFound', `The Resource '${type}/${name}' under resource group '${id.group}' was not found.`);
}
