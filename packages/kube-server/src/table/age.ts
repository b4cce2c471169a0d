const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;

/** Upper limit in seconds, the unit shown, and the smaller unit beside it: kubectl's human-readable duration. */
const steps: readonly [limit: number, unit: Unit, rest?: Unit][] = [
  [2 * minute, ['s', 1]],
  [10 * minute, ['m', minute], ['s', 1]],
  [3 * hour, ['m', minute]],
  [8 * hour, ['h', hour], ['m', minute]],
  [2 * day, ['h', hour]],
  [8 * day, ['d', day], ['h', hour]],
  [2 * year, ['d', day]],
  [8 * year, ['y', year], ['d', day]],
  [Number.POSITIVE_INFINITY, ['y', year]],
];

type Unit = readonly [letter: string, seconds: number];

/** `95s`, `5m30s`, `3d4h`; `<unknown>` for an absent time. */
export function ageOf(time: string | null | undefined, nowMs: number): string {
  if (!time) return '<unknown>';
  const seconds = Math.max(0, Math.floor((nowMs - Date.parse(time)) / 1000));
  const step = steps.find(([limit]) => seconds < limit);
  if (!step) return '<invalid>';
  const [, [letter, length], rest] = step;
  const shown = `${Math.floor(seconds / length)}${letter}`;
  const left = rest ? Math.floor((seconds % length) / rest[1]) : 0;
  return rest && left > 0 ? `${shown}${left}${rest[0]}` : shown;
}
