import type { Call, Answer } from '../arm/call.ts';
import type { ResourceType } from '../arm/provider.ts';
import { type Resource, shown } from '../arm/resource.ts';
import { deleteAksClusters } from '../container-service/take-down.ts';
import { conflict, invalid, missing } from '../errors.ts';
import { canonicalLocation, findLocation, locations } from '../locations.ts';
import type { World } from '../world.ts';
import { matching } from './filter.ts';
import { beingDeleted, createGroup, endAll, findGroup, groupType, type ResourceGroup } from './group-records.ts';
import { tagsOf } from './tags.ts';

const namePattern = /^[-\w._()]{0,89}[-\w_()]$/;

export const resourceGroups: ResourceType = {
  versions: { first: '2015-11-01', last: '2026-12-31' },
  put(call) {
    const { world, subscription, id } = call;
    const name = id.group ?? '';
    const body = call.body();
    const existing = findGroup(world, subscription, name);
    const location = locationOf(body['location'], existing);
    if (!namePattern.test(name)) {
      throw invalid(
        'InvalidResourceGroup',
        `The provided resource group name '${name}' has these invalid characters. The name can only be a letter, digit, '-', '.', '(', ')' or '_', and may not end with '.'.`,
      );
    }
    if (existing?.state.provisioning === 'Deleting') throw beingDeleted(name);
    const tags = tagsOf(body);
    if (existing) existing.tags = tags;
    const group = existing ?? createGroup(world, { subscription, name, location, tags });
    return { status: existing ? 200 : 201, body: shown(group) };
  },
  get: (call) => ({ status: 200, body: shown(require(call)) }),
  head: ({ world, subscription, id }) => ({ status: findGroup(world, subscription, id.group ?? '') ? 204 : 404 }),
  patch(call) {
    const group = require(call);
    group.tags = { ...group.tags, ...tagsOf(call.body()) };
    return { status: 200, body: shown(group) };
  },
  delete: remove,
  list: ({ world, subscription, request }) => ({
    status: 200,
    body: {
      value: world.resources
        .ofType(`/subscriptions/${subscription}`, groupType)
        .filter(matching(request.query.get('$filter')))
        .map(shown),
    },
  }),
};

function locationOf(given: unknown, existing: Resource | undefined): string {
  if (typeof given !== 'string' || given === '')
    throw invalid('LocationRequired', 'The location property is required for this definition.');
  const known = findLocation(given)?.name;
  if (known === undefined) {
    throw invalid(
      'LocationNotAvailableForResourceGroup',
      `The provided location '${given}' is not available for resource group. List of available regions is '${locations.map((each) => each.name).join(',')}'.`,
    );
  }
  if (!existing || existing.location === canonicalLocation(given)) return known;
  throw conflict(
    'InvalidResourceGroupLocation',
    `Invalid resource group location '${known}'. The Resource group already exists in location '${existing.location}'.`,
  );
}

function require({ world, subscription, id }: Call): ResourceGroup {
  const name = id.group ?? '';
  const group = findGroup(world, subscription, name);
  if (group) return group;
  throw missing('ResourceGroupNotFound', `Resource group '${name}' could not be found.`);
}

/** Deletes what is in it, too. */
function remove(call: Call): Answer {
  const { world, subscription, version } = call;
  const group = require(call);
  const wasDeleting = group.state.provisioning === 'Deleting';
  group.state.provisioning = 'Deleting';
  const work = wasDeleting ? Promise.resolve() : empty(world, group);
  const headers = world.operations.begin({
    subscription,
    namespace: 'Microsoft.Resources',
    location: group.location,
    version,
    work,
  });
  const { 'azure-asyncoperation': _, ...rest } = headers; // a group's deletion has only a Location
  return { status: 202, headers: rest };
}

async function empty(world: World, group: ResourceGroup): Promise<void> {
  try {
    const fault = world.faults?.({ when: 'operation', method: 'DELETE', id: group.id });
    if (fault) throw fault;
    await Promise.all([deleteAksClusters(world, group.id), world.transitions.wait('resource-group', 'Deleting')]);
    await endAll(world, group.id);
    world.resources.delete(group.id);
  } catch (error) {
    group.state.provisioning = 'Succeeded';
    throw error;
  }
}
