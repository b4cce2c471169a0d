import { median, timed } from './statistics.ts';
import { below, rounded, type Row } from './table.ts';

const runs = 5;

export async function sandboxReady(): Promise<Row[]> {
  const loaded = await timed(() => import('@meshbed/sandbox'));
  const { createSandbox } = loaded.value;
  const started: number[] = [];
  const ended: number[] = [];
  while (started.length < runs) {
    const { ms, value: sandbox } = await timed(() => createSandbox());
    started.push(ms);
    ended.push((await timed(() => sandbox[Symbol.asyncDispose]())).ms);
  }
  return [
    { what: 'loading the code', value: `${rounded(loaded.ms)} ms` },
    below(500, 'ms', 'ready, the first one', started[0] ?? Number.NaN),
    below(500, 'ms', `ready, median of ${runs}`, median(started)),
    { what: `disposed, median of ${runs}`, value: `${rounded(median(ended))} ms` },
  ];
}
