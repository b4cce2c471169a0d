import { messageOf, type Clock } from '@meshbed/core';
import { scrub, scrubText } from './scrub.ts';
import type { Collected, EvidenceFile, Keep, Missing, Part, Scene } from './types.ts';

const readMs = 15_000;
const allMs = 60_000;

/** All parts at the same time, each read with a deadline of its own. Nothing that fails keeps the others from being kept. */
export async function collect(parts: readonly Part[], scene: Scene): Promise<Collected> {
  const { clock } = scene;
  const files = new Map<string, EvidenceFile>();
  const missing = new Map<string, Missing>();
  const open = new Set<string>();
  let over = false;
  const lack = (path: string, reason: unknown) =>
    void missing.set(path, { path, reason: scrubText(messageOf(reason)) });
  const keep: Keep = async (path, read) => {
    open.add(path);
    try {
      const value = await within(clock, readMs, read());
      if (!over) files.set(path, { path, text: textOf(value) });
      return value;
    } catch (error) {
      if (!over) lack(path, error);
      return undefined;
    } finally {
      open.delete(path);
    }
  };
  const each = async (part: Part) =>
    part.collect(scene, keep).catch((error: unknown) => lack(`${part.folder}/`, error));
  await within(clock, allMs, Promise.all(parts.map(each))).catch((error: unknown) => {
    over = true;
    for (const path of open) lack(path, error);
  });
  const byPath = <T extends { path: string }>(found: Iterable<T>) =>
    [...found].toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return { files: byPath(files.values()), missing: byPath(missing.values()) };
}

/** Rejects when the time is over; what was begun goes on unheard. */
async function within<T>(clock: Clock, timeoutMs: number, promise: Promise<T>): Promise<T> {
  const { promise: ended, reject } = Promise.withResolvers<never>();
  using _timer = clock.after(timeoutMs, () => reject(new Error(`no answer within ${timeoutMs / 1000} s`)));
  promise.catch(() => undefined);
  return await Promise.race([promise, ended]);
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? scrubText(value) : `${JSON.stringify(scrub(value), null, 2)}\n`;
