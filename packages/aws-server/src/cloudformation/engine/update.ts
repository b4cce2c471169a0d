import { isDeepStrictEqual } from 'node:util';
import type { Context } from '../../context.ts';
import { invalid } from '../errors.ts';
import { livingStacks } from '../lookup.ts';
import { resourceTypes } from '../resources/index.ts';
import type { Properties, ResourceRecord, StackRecord, Target } from '../state.ts';
import { parseTemplate, type Template, type TemplateResource } from '../template/parse.ts';
import { resolve } from '../template/resolve.ts';
import { createResource, outputsOf } from './create.ts';
import { deleteResources } from './delete.ts';
import { markResource, markStack } from './events.ts';
import { inOrder } from './order.ts';
import { canStay, propertiesThat } from './plan.ts';
import { reasonOf } from './reasons.ts';
import { scopeOf } from './scope.ts';
import { workOn } from './work.ts';

type Undo = () => Promise<void>;

interface Updating {
  context: Context;
  stack: StackRecord;
  /** What takes back what was done, oldest first. */
  undo: Undo[];
  /** What others have taken the place of. */
  replaced: ResourceRecord[];
}

/** Makes a stack what its target says: changes what can stay, replaces the rest; goes back when something fails. */
export async function updateStack(context: Context, stack: StackRecord, target: Target): Promise<void> {
  const { world } = context;
  const updating: Updating = { context, stack, undo: [], replaced: [] };
  const before = { ...pick(stack), outputs: stack.outputs, imports: new Set(stack.imports) };
  const template = parseTemplate(target.template);
  markStack(world, stack, 'UPDATE_IN_PROGRESS', 'User Initiated');
  Object.assign(stack, target, { description: template.description, updatedAtMs: world.clock.now() });
  stack.imports.clear();
  const problem = await apply(updating, template);
  if (problem !== undefined) {
    Object.assign(stack, before);
    return rollBack(updating, problem);
  }
  markStack(world, stack, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
  const removed = [...stack.resources.values()].filter(({ logicalId }) => !template.resources.has(logicalId));
  await deleteResources(context, stack, new Set(), [...removed, ...updating.replaced]);
  for (const { logicalId } of removed) stack.resources.delete(logicalId);
  markStack(world, stack, 'UPDATE_COMPLETE');
}

const pick = ({ template, description, parameters, capabilities }: StackRecord) => ({
  template,
  description,
  parameters,
  capabilities,
});

/** Returns what went wrong. */
async function apply(updating: Updating, template: Template): Promise<string | undefined> {
  const { context, stack } = updating;
  const { resources } = template;
  const failed = await inOrder(resources, (name) =>
    updateResource(updating, name, resources.get(name) as TemplateResource),
  );
  if (failed.length > 0) return `The following resource(s) failed to update: [${failed.join(', ')}]. `;
  try {
    const outputs = outputsOf(context, stack, template);
    checkExports(context, stack, outputs);
    stack.outputs = outputs;
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

/** What another stack imports stays as it is. */
function checkExports(context: Context, stack: StackRecord, outputs: StackRecord['outputs']): void {
  for (const { exportName, value } of stack.outputs) {
    if (exportName === undefined) continue;
    const now = outputs.find((each) => each.exportName === exportName)?.value;
    const users = livingStacks(context).filter(({ imports }) => now !== value && imports.has(exportName));
    if (users.length === 0) continue;
    const verb = now === undefined ? 'deleted' : 'updated';
    throw invalid(
      `Export ${exportName} cannot be ${verb} as it is in use by ${users.map(({ name }) => name).join(', ')}`,
    );
  }
}

async function updateResource(updating: Updating, name: string, resource: TemplateResource): Promise<boolean> {
  const { context, stack, undo } = updating;
  const record = stack.resources.get(name);
  if (!record) {
    undo.push(() => takeBack(updating, name));
    return createResource(context, stack, [name, resource]);
  }
  try {
    const after = resolve(resource.properties, scopeOf(context, stack)) as Properties;
    const changed = propertiesThat(record.properties, after, (one, other) => !isDeepStrictEqual(one, other));
    const { dependsOn, retain } = record;
    undo.push(() => Promise.resolve(void Object.assign(record, { dependsOn, retain })));
    Object.assign(record, { dependsOn: resource.dependsOn, retain: resource.retain });
    if (changed.length === 0) return true;
    if (!canStay(record.type, changed)) return await replace(updating, record, [resource, after]);
    const before = record.properties;
    undo.push(() => change(updating, record, before));
    await change(updating, record, after);
    return true;
  } catch (error) {
    markResource(context.world, stack, record, { status: 'UPDATE_FAILED', reason: reasonOf(error) });
    return false;
  }
}

/** In place. */
async function change({ context, stack }: Updating, record: ResourceRecord, after: Properties): Promise<void> {
  const { world } = context;
  const { logicalId, type, physicalId, attributes, properties: before, generation } = record;
  markResource(world, stack, record, { status: 'UPDATE_IN_PROGRESS' });
  const work = workOn(context, stack, logicalId, generation);
  await resourceTypes[type]?.update?.({ physicalId, attributes }, work, { before, after });
  record.properties = after;
  markResource(world, stack, record, { status: 'UPDATE_COMPLETE' });
}

const names = ['RoleName', 'GroupName', 'Name', 'NodegroupName', 'LaunchTemplateName'];

/** The new one first; the old one goes when everything else is done. */
async function replace(
  updating: Updating,
  record: ResourceRecord,
  [resource, after]: [TemplateResource, Properties],
): Promise<boolean> {
  const { context, stack, undo, replaced } = updating;
  const { logicalId, physicalId, generation = 0 } = record;
  const named = names.find((name) => after[name] !== undefined && after[name] === record.properties[name]);
  if (named !== undefined) {
    throw invalid(
      `CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename ${physicalId} and update the stack again.`,
    );
  }
  markResource(context.world, stack, record, {
    status: 'UPDATE_IN_PROGRESS',
    reason: 'Requested update requires the creation of a new physical resource; hence creating one.',
  });
  undo.push(async () => {
    await takeBack(updating, logicalId);
    stack.resources.set(logicalId, record);
    markResource(context.world, stack, record, { status: 'UPDATE_COMPLETE' });
  });
  const isMade = await createResource(context, stack, [logicalId, resource], generation + 1);
  if (isMade) replaced.push({ ...record, retain: resource.retainReplaced });
  return isMade;
}

/** Deletes what the update made. */
async function takeBack({ context, stack }: Updating, name: string): Promise<void> {
  const made = stack.resources.get(name);
  if (!made) return;
  await deleteResources(context, stack, new Set(), [made]);
  stack.resources.delete(name);
}

async function rollBack({ context, stack, undo }: Updating, problem: string): Promise<void> {
  const { world } = context;
  markStack(world, stack, 'UPDATE_ROLLBACK_IN_PROGRESS', problem);
  try {
    for (const step of undo.toReversed()) await step();
  } catch (error) {
    return markStack(world, stack, 'UPDATE_ROLLBACK_FAILED', reasonOf(error));
  }
  markStack(world, stack, 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
  markStack(world, stack, 'UPDATE_ROLLBACK_COMPLETE');
}
