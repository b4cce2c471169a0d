import type { Context } from '../../context.ts';
import { unlessGone } from '../resources/gone.ts';
import { resourceTypes } from '../resources/index.ts';
import type { ResourceRecord, StackRecord } from '../state.ts';
import { markResource, markStack } from './events.ts';
import { mayPass, reasonOf } from './reasons.ts';
import { endOf, workOn } from './work.ts';

/** Deletes a stack with what is in it but `retained`; what fails leaves it DELETE_FAILED, to be deleted again. */
export async function deleteStack(context: Context, stack: StackRecord, retained: ReadonlySet<string>): Promise<void> {
  const { world } = context;
  markStack(world, stack, 'DELETE_IN_PROGRESS', 'User Initiated');
  const left = await deleteResources(context, stack, retained);
  if (left.length > 0) {
    return markStack(
      world,
      stack,
      'DELETE_FAILED',
      `The following resource(s) failed to delete: [${left.join(', ')}]. `,
    );
  }
  stack.deletedAtMs = world.clock.now();
  stack.outputs = [];
  stack.imports.clear();
  markStack(world, stack, 'DELETE_COMPLETE');
}

/** Each after everything that needs it; one that stays keeps what it needs. Returns what could not be deleted. */
export async function deleteResources(
  context: Context,
  stack: StackRecord,
  retained: ReadonlySet<string>,
  among: Iterable<ResourceRecord> = stack.resources.values(),
): Promise<string[]> {
  const failed: string[] = [];
  const doomed = [...among].filter(({ status }) => !done.has(status));
  const gone = new Map<ResourceRecord, Promise<boolean>>();
  const remove = (resource: ResourceRecord): Promise<boolean> => {
    const known = gone.get(resource);
    if (known) return known;
    const users = doomed.filter(({ dependsOn }) => dependsOn.includes(resource.logicalId));
    const work = Promise.all(users.map(remove)).then(async (results) => {
      if (results.includes(false)) return false;
      const isDeleted = await deleteResource(context, stack, { resource, keep: retained.has(resource.logicalId) });
      if (!isDeleted) failed.push(resource.logicalId);
      return isDeleted;
    });
    gone.set(resource, work);
    return work;
  };
  await Promise.all(doomed.map(remove));
  return failed;
}

const done = new Set<ResourceRecord['status']>(['DELETE_COMPLETE', 'DELETE_SKIPPED']);

async function deleteResource(
  context: Context,
  stack: StackRecord,
  { resource, keep }: { resource: ResourceRecord; keep: boolean },
): Promise<boolean> {
  const { world } = context;
  if (keep || resource.retain) {
    markResource(world, stack, resource, { status: 'DELETE_SKIPPED' });
    return true;
  }
  markResource(world, stack, resource, { status: 'DELETE_IN_PROGRESS' });
  try {
    if (resource.physicalId !== '') await patiently(context, () => destroy(context, stack, resource));
    markResource(world, stack, resource, { status: 'DELETE_COMPLETE' });
    return true;
  } catch (error) {
    markResource(world, stack, resource, { status: 'DELETE_FAILED', reason: reasonOf(error) });
    return false;
  }
}

async function destroy(context: Context, stack: StackRecord, resource: ResourceRecord): Promise<void> {
  const { type, physicalId, attributes, properties, logicalId } = resource;
  const work = workOn(context, stack, logicalId);
  const deleted = resourceTypes[type]?.delete({ physicalId, attributes }, work, properties);
  await unlessGone(deleted ?? Promise.resolve());
}

const attempts = 20;

/** What is in the way may be going, as interfaces of tasks and load balancers do. */
async function patiently({ world }: Context, action: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await action();
    } catch (error) {
      if (attempt === attempts || !mayPass(error)) throw error;
      await world.transitions.wait('cloudformation-deletion', 'blocked', endOf(world));
    }
  }
}
