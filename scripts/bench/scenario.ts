import { meshbed, memoryReporter, newCompileCache, runNode } from './child.ts';
import { below, rounded, type Row } from './table.ts';

/** Steps and tests, in a process that has never run before. */
export async function scenario(): Promise<Row[]> {
  using cache = newCompileCache();
  const args = [`--import=${memoryReporter}`, meshbed, 'run', '1', '--plain'];
  const { ms, peakMegabytes } = await runNode(args, cache.path);
  return [{ what: 'meshbed run 1', value: `${rounded(ms / 1000)} s` }, below(300, 'MB', 'peak memory', peakMegabytes)];
}
