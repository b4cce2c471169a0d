import { latencies, rate } from './load.ts';
import { type Dial, meshOfTwo } from './mesh.ts';
import { median, quantile } from './statistics.ts';
import { rounded, type Row } from './table.ts';

const rounds = 3;
const load = { concurrency: 16, ms: 800 };
const requests = 800;

/** The machine's mood changes, so the two ways take turns; a ratio compares medians. */
export async function dataPlane(): Promise<Row[]> {
  await using two = await meshOfTwo();
  const ways = [two.direct, two.mesh];
  for (const way of ways) await rate(way, false, { ...load, ms: 300 }); // until the code is compiled
  const connections = await compare(ways, (way) => rate(way, false, load));
  const kept = await compare(ways, (way) => rate(way, true, load));
  const [direct = [], mesh = []] = await inTurns(ways, (way) => latencies(way, requests));
  const added = (share: number) => quantile(mesh.flat(), share) - quantile(direct.flat(), share);
  return [
    ratioRow('new connections', connections),
    ratioRow('requests on kept connections', kept),
    { what: 'added latency, p50', value: `${rounded(added(0.5))} ms` },
    { what: 'added latency, p99', value: `${rounded(added(0.99))} ms` },
    { what: 'memory of this process', value: `${rounded(process.memoryUsage.rss() / 2 ** 20)} MB` },
  ];
}

async function inTurns<T>(ways: readonly Dial[], measure: (way: Dial) => Promise<T>): Promise<T[][]> {
  const results: T[][] = ways.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, way] of ways.entries()) results[index]?.push(await measure(way));
  }
  return results;
}

async function compare(ways: readonly Dial[], measure: (way: Dial) => Promise<number>): Promise<[number, number]> {
  const [direct = [], mesh = []] = await inTurns(ways, measure);
  return [median(direct), median(mesh)];
}

const ratioRow = (what: string, [direct, mesh]: [number, number]): Row => ({
  what,
  value: `${rounded(mesh)}/s = ${rounded(mesh / direct)} × ${rounded(direct)}/s`,
});
