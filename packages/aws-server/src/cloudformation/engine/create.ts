import type { Context } from '../../context.ts';
import { resourceTypes } from '../resources/index.ts';
import type { ResourceRecord, StackRecord } from '../state.ts';
import type { Template, TemplateResource } from '../template/parse.ts';
import { resolve } from '../template/resolve.ts';
import { deleteResources } from './delete.ts';
import { inOrder } from './order.ts';
import { markResource, markStack } from './events.ts';
import { reasonOf } from './reasons.ts';
import { scopeOf } from './scope.ts';
import { workOn } from './work.ts';

/** Makes everything in a template, each as soon as what it needs is there; rolls back when something fails. */
export async function createStack(context: Context, stack: StackRecord, template: Template): Promise<void> {
  const { world } = context;
  markStack(world, stack, 'CREATE_IN_PROGRESS', 'User Initiated');
  const { resources } = template;
  const failed = await inOrder(resources, (name) =>
    createResource(context, stack, [name, resources.get(name) as TemplateResource]),
  );
  if (failed.length > 0) return afterFailure(context, stack, failed);
  try {
    stack.outputs = outputsOf(context, stack, template);
    markStack(world, stack, 'CREATE_COMPLETE');
  } catch (error) {
    await afterFailure(context, stack, [reasonOf(error)]);
  }
}

/** Makes a resource. @returns whether it succeeded; its events say why not */
export async function createResource(
  context: Context,
  stack: StackRecord,
  [logicalId, { type, properties, dependsOn, retain }]: [string, TemplateResource],
  generation = 0,
): Promise<boolean> {
  const { world } = context;
  const record: ResourceRecord = {
    logicalId,
    type,
    status: 'CREATE_IN_PROGRESS',
    changedAtMs: world.clock.now(),
    physicalId: '',
    properties: {},
    attributes: {},
    dependsOn,
    retain,
    generation,
  };
  stack.resources.set(logicalId, record);
  markResource(world, stack, record, { status: 'CREATE_IN_PROGRESS' });
  try {
    record.properties = resolve(properties, scopeOf(context, stack)) as ResourceRecord['properties'];
    const made = await resourceTypes[type]?.create(record.properties, workOn(context, stack, logicalId, generation));
    record.physicalId = made?.physicalId ?? '';
    record.attributes = made?.attributes ?? {};
    markResource(world, stack, record, { status: 'CREATE_COMPLETE' });
    return true;
  } catch (error) {
    markResource(world, stack, record, { status: 'CREATE_FAILED', reason: reasonOf(error) });
    return false;
  }
}

async function afterFailure(context: Context, stack: StackRecord, failed: readonly string[]): Promise<void> {
  const { world } = context;
  const reason = `The following resource(s) failed to create: [${failed.join(', ')}]. `;
  if (stack.onFailure === 'DO_NOTHING') return markStack(world, stack, 'CREATE_FAILED', reason);
  const [during, done, stuck] =
    stack.onFailure === 'DELETE'
      ? (['DELETE_IN_PROGRESS', 'DELETE_COMPLETE', 'DELETE_FAILED'] as const)
      : (['ROLLBACK_IN_PROGRESS', 'ROLLBACK_COMPLETE', 'ROLLBACK_FAILED'] as const);
  markStack(world, stack, during, `${reason}Rollback requested by user.`);
  const left = await deleteResources(context, stack, new Set());
  if (left.length > 0)
    return markStack(world, stack, stuck, `The following resource(s) failed to delete: [${left.join(', ')}]. `);
  if (done === 'DELETE_COMPLETE') stack.deletedAtMs = world.clock.now();
  markStack(world, stack, done);
}

/** @throws AwsError when an expression has no value */
export function outputsOf(context: Context, stack: StackRecord, { outputs }: Template): StackRecord['outputs'] {
  const scope = scopeOf(context, stack);
  return [...outputs].map(([key, { value, description, exportName }]) => ({
    key,
    value: String(resolve(value, scope)),
    description,
    exportName: exportName === undefined ? undefined : String(resolve(exportName, scope)),
  }));
}
