import type { Clock } from '@meshbed/core';
import type { Condition, KubeApi, KubeObject } from '@meshbed/kube-client';

type WithConditions = KubeObject & { status?: { conditions?: Condition[] } };

const isSame = (a: Condition | undefined, b: Condition) =>
  a?.status === b.status &&
  a.reason === b.reason &&
  a.message === b.message &&
  a.observedGeneration === b.observedGeneration;

/**
 * The object's conditions with `wanted` in place of those of the same type, or undefined when nothing changes. A transition
 * time stays while the status does.
 */
export function withConditions(
  object: WithConditions,
  wanted: readonly Condition[],
  clock: Clock,
): Condition[] | undefined {
  const current = object.status?.conditions ?? [];
  const find = (type: string) => current.find((condition) => condition.type === type);
  if (wanted.every((condition) => isSame(find(condition.type), condition))) return undefined;
  const now = new Date(clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  const renewed = wanted.map((condition) => {
    const before = find(condition.type);
    const since = before?.status === condition.status ? before.lastTransitionTime : undefined;
    return { ...condition, lastTransitionTime: since ?? now };
  });
  return [...current.filter(({ type }) => !wanted.some((condition) => condition.type === type)), ...renewed];
}

/** Writes conditions, and what else is in `status`, when something differs. */
export async function writeStatus(
  api: KubeApi,
  object: WithConditions,
  conditions: readonly Condition[],
  { clock, status = {} }: { clock: Clock; status?: object },
): Promise<void> {
  const changed = withConditions(object, conditions, clock);
  const current = (object.status ?? {}) as Record<string, unknown>;
  const other = Object.entries(status).some(([key, value]) => JSON.stringify(current[key]) !== JSON.stringify(value));
  if (!changed && !other) return;
  await api.mergePatch(
    object,
    { status: { ...status, ...(changed ? { conditions: changed } : {}) } },
    { subresource: 'status' },
  );
}
