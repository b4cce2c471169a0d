/** Plain JSON values: what is stored and sent. */

/** A deep copy without undefined members. */
export const copyJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** Makes `value` and all below it immutable; stops at what already is. */
export function freezeJson<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const member of Object.values(value)) freezeJson(member);
  return Object.freeze(value);
}

/** Structural equality; a member that is undefined counts as absent. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!isContainer(a) || !isContainer(b) || Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = presentKeys(a);
  return keys.length === presentKeys(b).length && keys.every((key) => sameJson(a[key], b[key]));
}

const presentKeys = (value: Container) => Object.keys(value).filter((key) => value[key] !== undefined);

export type Container = Record<string, unknown>;

const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null;

/** An object that is not an array. */
export const isRecord = (value: unknown): value is Container => isContainer(value) && !Array.isArray(value);

/** RFC 3339 in whole seconds, as Kubernetes writes times. */
export const timestamp = (atMs: number): string => new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z');
