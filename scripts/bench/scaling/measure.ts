// One size of the scaling measurement, as JSON on standard output: node measure.ts CLUSTERS ACCOUNTS
import { systemClock } from '@meshbed/core';
import { fullMatrix, settled } from './matrix.ts';
import { topologyOf } from './topology.ts';
import { createWorld } from './world.ts';

export interface Measured {
  clusters: number;
  accounts: number;
  /** From an empty sandbox until every proxy knows every other. */
  readyMs: number;
  /** Of callers and targets. */
  pairs: number;
  probes: number;
  wallMs: number;
  /** Of the processor, for all probes. */
  cpuMs: number;
  megabytes: number;
}

/** A small matrix is repeated until there are so many probes. */
const fewestProbes = 200;
/** Longer than idle tunnel connections stay. */
const restMs = 2000;

const [clusters = 5, accounts = 2] = process.argv.slice(2).map(Number);
const began = performance.now();
const topology = topologyOf(clusters, accounts);
await using world = await createWorld(topology);
const sides = await settled(world.sandbox, topology.members);
const measured: Measured = {
  clusters,
  accounts,
  readyMs: performance.now() - began,
  pairs: sides.length ** 2,
  probes: 0,
  wallMs: 0,
  cpuMs: 0,
  megabytes: 0,
};
while (measured.probes < fewestProbes) {
  await systemClock.sleep(restMs);
  const { wallMs, cpuMs } = await fullMatrix(sides);
  measured.probes += measured.pairs;
  measured.wallMs += wallMs;
  measured.cpuMs += cpuMs;
}
measured.megabytes = process.memoryUsage().rss / 1024 ** 2;
process.stdout.write(JSON.stringify(measured));
