import type { Condition } from '../objects/index.ts';

/** `conditions` with `next` in place of the one of its type; the transition time is kept while the status stays. */
export function withCondition(conditions: readonly Condition[] | undefined, next: Condition, now: string): Condition[] {
  const all = conditions ?? [];
  const before = all.find(({ type }) => type === next.type);
  const lastTransitionTime = before?.status === next.status ? (before.lastTransitionTime ?? now) : now;
  const merged = { ...next, lastTransitionTime };
  return before ? all.map((condition) => (condition === before ? merged : condition)) : [...all, merged];
}

export function findCondition(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

export function isTrue(conditions: readonly Condition[] | undefined, type: string): boolean {
  return findCondition(conditions, type)?.status === 'True';
}
