import type { Call } from '../arm/call.ts';
import type { Provider, ResourceType, Versions } from '../arm/provider.ts';
import { shown } from '../arm/resource.ts';
import { missing } from '../errors.ts';
import { locations } from '../locations.ts';
import { matching } from './filter.ts';
import { groupType } from './group-records.ts';
import { resourceGroups } from './groups.ts';

const versions: Versions = { first: '2015-01-01', last: '2026-12-31' };

/** What belongs to no provider's namespace: tenants, subscriptions, groups, and everything in them. */
export const resourcesProvider: Provider = {
  namespace: 'Microsoft.Resources',
  types: {
    tenants: { versions, list: listTenants },
    subscriptions: { versions, list: listSubscriptions, get: getSubscription },
    'subscriptions/locations': { versions, list: listLocations },
    'subscriptions/resourceGroups': resourceGroups,
    'subscriptions/resources': { versions, list: (call) => listResources(call, `/subscriptions/${call.subscription}`) },
    'subscriptions/resourceGroups/resources': { versions, list: (call) => listResources(call, existing(call)) },
  } satisfies Record<string, ResourceType>,
};

function listTenants({ world, caller }: Call) {
  const tenant = world.directory.tenant(caller.tid);
  const value = tenant
    ? [{ id: `/tenants/${tenant.id}`, tenantId: tenant.id, displayName: tenant.displayName, tenantCategory: 'Home' }]
    : [];
  return { status: 200, body: { value } };
}

interface Shown {
  id: string;
  displayName: string;
  tenant: string;
}

const subscriptionView = ({ id, displayName, tenant }: Shown) => ({
  id: `/subscriptions/${id}`,
  subscriptionId: id,
  tenantId: tenant,
  displayName,
  state: 'Enabled',
  managedByTenants: [],
  authorizationSource: 'RoleBased',
});

function listSubscriptions({ world, caller }: Call) {
  const value = world.directory.subscriptionsOf(caller.oid, caller.tid).map(subscriptionView);
  return { status: 200, body: { value } };
}

function getSubscription({ world, subscription }: Call) {
  return { status: 200, body: subscriptionView(world.directory.subscription(subscription) as Shown) };
}

function listLocations({ subscription }: Call) {
  const value = locations.map(({ name, displayName }) => ({
    id: `/subscriptions/${subscription}/locations/${name}`,
    name,
    displayName,
    regionalDisplayName: displayName,
    type: 'Region',
    metadata: { regionType: 'Physical', regionCategory: 'Recommended' },
  }));
  return { status: 200, body: { value } };
}

/** Without their properties, as in Azure. */
function listResources({ world, request }: Call, scope: string) {
  const value = world.resources
    .below(scope)
    .filter(({ type }) => type !== groupType)
    .filter(matching(request.query.get('$filter')))
    .map((resource) => ({ ...shown(resource), properties: undefined }));
  return { status: 200, body: { value } };
}

/** @throws ArmError ResourceGroupNotFound */
function existing({ world, group, id }: Call): string {
  if (world.resources.get(group)) return group;
  throw missing('ResourceGroupNotFound', `Resource group '${id.group}' could not be found.`);
}
