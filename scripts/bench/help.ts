import { meshbed, newCompileCache, runNode } from './child.ts';
import { median } from './statistics.ts';
import { below, rounded, type Row } from './table.ts';

const runs = 7;

export async function help(): Promise<Row[]> {
  using cache = newCompileCache();
  const msOf = async (...args: string[]) => (await runNode(args, cache.path)).ms;
  const first = await msOf(meshbed, '--help');
  const [alone, later]: [number[], number[]] = [[], []];
  while (later.length < runs) {
    alone.push(await msOf('--eval', '0'));
    later.push(await msOf(meshbed, '--help'));
  }
  return [
    { what: 'meshbed --help, the first time', value: `${rounded(first)} ms` },
    below(150, 'ms', `meshbed --help, median of ${runs}`, median(later)),
    { what: 'of which Node alone', value: `${rounded(median(alone))} ms` },
  ];
}
