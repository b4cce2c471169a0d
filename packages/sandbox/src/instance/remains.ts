import { Keeper } from '../runtime/keeper.ts';

/** One for all sandboxes of a process. */
let shared: { keeper: Keeper; users: number } | undefined;

/** Sees to it that a directory goes also when this process is killed. Dispose when it is gone. */
export function removeWithProcess(directory: string): AsyncDisposable {
  shared ??= { keeper: new Keeper(), users: 0 };
  const mine = shared;
  mine.users++;
  const remaining = mine.keeper.removeAfterwards(directory);
  let disposed = false;
  return {
    async [Symbol.asyncDispose]() {
      if (disposed) return;
      disposed = true;
      remaining[Symbol.dispose]();
      if (--mine.users > 0) return;
      if (shared === mine) shared = undefined;
      await mine.keeper[Symbol.asyncDispose]();
    },
  };
}
