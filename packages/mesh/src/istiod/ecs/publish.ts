import { messageOf } from '@meshbed/core';
import { type KubeApi, type KubeObject, resources } from '@meshbed/kube-client';
import type { ServiceEntry, WorkloadEntry } from '../objects.ts';
import { inParallel } from '../../in-parallel.ts';
import { annotationsOf, serviceLabel } from './translate.ts';

type Entry = ServiceEntry | WorkloadEntry;
const fieldManager = 'istiod-ecs';
const writesAtOnce = 8;
const kinds = [resources.serviceEntries, resources.workloadEntries] as const;

const keyOf = ({ kind, metadata: { namespace, name } }: KubeObject) => `${kind}/${namespace}/${name}`;
const discoveredBy = ({ metadata: { annotations } }: KubeObject) => annotations?.[annotationsOf.discoveredBy];

export interface Published {
  changes: number;
  problems: string[];
}

/**
 * Makes the objects of discovery be exactly `wanted`, writing only what differs. Objects of a role in `keep` stay although
 * they are not wanted: the role's account could not be read, which says nothing about what is in it.
 * @returns how many objects were to be changed, and what could not be written, each with its reason.
 */
export async function publish(api: KubeApi, wanted: readonly Entry[], keep: ReadonlySet<string>): Promise<Published> {
  const present = new Map<string, KubeObject>();
  for (const kind of kinds) {
    const { items } = await api.list(kind, { labelSelector: serviceLabel });
    for (const item of items) present.set(keyOf(item), item);
  }
  const problems: string[] = [];
  const attempt = (what: Promise<unknown>, object: KubeObject) =>
    what.catch((error: unknown) => void problems.push(`${keyOf(object)}: ${messageOf(error)}`));
  const changed = wanted.filter((object) => {
    const known = present.get(keyOf(object));
    return !known || differs(object, known);
  });
  await inParallel(changed, writesAtOnce, (object) => attempt(api.apply(object, fieldManager), object));
  const kept = new Set(wanted.map(keyOf));
  const gone = [...present.values()].filter((object) => {
    const role = discoveredBy(object);
    return role !== undefined && !keep.has(role) && !kept.has(keyOf(object));
  });
  await inParallel(gone, writesAtOnce, async (object) => {
    const { name, namespace } = object.metadata;
    const kind = object.kind === 'ServiceEntry' ? resources.serviceEntries : resources.workloadEntries;
    await attempt(api.delete(kind, name, namespace), object);
  });
  return { changes: changed.length + gone.length, problems };
}

/** Whether something that we write is not in the object as we write it. */
function differs(wanted: Entry, known: KubeObject): boolean {
  const { labels, annotations } = known.metadata;
  return (
    stable(wanted.spec) !== stable((known as Entry).spec) ||
    stable(wanted.metadata.labels) !== stable(labels) ||
    stable(wanted.metadata.annotations) !== stable(annotations)
  );
}

/** JSON with sorted keys. */
const stable = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
