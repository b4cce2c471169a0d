import { isDeepStrictEqual } from 'node:util';
import { resourceTypes } from '../resources/index.ts';
import type { Change, Properties, StackRecord, Target } from '../state.ts';
import { parseTemplate, type Template, type TemplateResource } from '../template/parse.ts';
import { references } from '../template/references.ts';

/** What would change, as far as the two templates tell: no expression is evaluated. */
export function planOf(stack: StackRecord, target: Target): Change[] {
  const [before, after] = [emptyWithout(stack), parseTemplate(target.template)];
  const parameters = differing(stack.parameters, target.parameters);
  const changes = new Map<string, Change>();
  for (const [logicalId, resource] of sorted(after)) {
    const old = before.resources.get(logicalId);
    const replaced = [...changes.values()].filter(({ replacement }) => replacement).map((change) => change.logicalId);
    const properties = old ? changedProperties(old, resource, new Set([...parameters, ...replaced])) : [];
    if (old && properties.length === 0) continue;
    changes.set(logicalId, {
      action: old ? 'Modify' : 'Add',
      logicalId,
      type: resource.type,
      physicalId: stack.resources.get(logicalId)?.physicalId ?? '',
      properties,
      replacement: old !== undefined && !canStay(resource.type, properties),
    });
  }
  const removed = [...before.resources].filter(([logicalId]) => !after.resources.has(logicalId));
  return [...changes.values(), ...removed.map(([logicalId, { type }]) => removal(stack, logicalId, type))];
}

const nothing: Pick<Template, 'resources'> = { resources: new Map() };

const emptyWithout = ({ status, template }: StackRecord): Pick<Template, 'resources'> =>
  status === 'REVIEW_IN_PROGRESS' ? nothing : parseTemplate(template);

const removal = (stack: StackRecord, logicalId: string, type: string): Change => ({
  action: 'Remove',
  logicalId,
  type,
  physicalId: stack.resources.get(logicalId)?.physicalId ?? '',
  properties: [],
  replacement: false,
});

/** Whether a resource of a type stays the same one when these properties change. */
export function canStay(type: string, properties: readonly string[]): boolean {
  const updates = resourceTypes[type]?.updates?.split(' ') ?? [];
  return properties.every((property) => updates.includes(property));
}

/** What a resource needs comes before it. */
function sorted({ resources }: Template): [string, TemplateResource][] {
  const done = new Map<string, TemplateResource>();
  const visit = (name: string): void => {
    const resource = resources.get(name);
    if (!resource || done.has(name)) return;
    for (const need of resource.dependsOn) visit(need);
    done.set(name, resource);
  };
  for (const name of resources.keys()) visit(name);
  return [...done];
}

const differing = (one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): string[] =>
  [...other.keys()].filter((name) => one.get(name) !== other.get(name));

function changedProperties(old: TemplateResource, now: TemplateResource, changed: ReadonlySet<string>): string[] {
  return propertiesThat(old.properties, now.properties, (one, other) => {
    return !isDeepStrictEqual(one, other) || references(other).some((name) => changed.has(name));
  });
}

/** Names of properties of either side that compare so. */
export function propertiesThat(
  one: Properties,
  other: Properties,
  compare: (one: unknown, other: unknown) => boolean,
): string[] {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].filter((name) => compare(one[name], other[name]));
}
