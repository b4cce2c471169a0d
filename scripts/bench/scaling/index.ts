import { below, rounded, type Row } from '../table.ts';
import { fullMatrix, type Matrix, settled } from './matrix.ts';
import { topologyOf } from './topology.ts';
import { createWorld } from './world.ts';

const sizes: readonly (readonly [clusters: number, accounts: number])[] = [
  [5, 2],
  [25, 5],
  [100, 10],
];

interface Measured extends Matrix {
  clusters: number;
  accounts: number;
  /** From an empty sandbox until every proxy knows every other. */
  readyMs: number;
  megabytes: number;
}

export async function scaling(): Promise<Row[]> {
  const measured: Measured[] = [];
  for (const [clusters, accounts] of sizes) measured.push(await measure(clusters, accounts));
  const perProbe = ({ cpuMs, probes }: Measured) => cpuMs / probes;
  const [first, last] = [measured[0], measured.at(-1)];
  return [
    ...measured.flatMap(rowsOf),
    below(1.5, '×', 'processor per probe, largest / smallest', last && first ? perProbe(last) / perProbe(first) : NaN),
  ];
}

async function measure(clusters: number, accounts: number): Promise<Measured> {
  const began = performance.now();
  const topology = topologyOf(clusters, accounts);
  await using world = await createWorld(topology);
  const sides = await settled(world.sandbox, topology.members);
  const readyMs = performance.now() - began;
  const matrix = await fullMatrix(sides);
  return { clusters, accounts, readyMs, ...matrix, megabytes: process.memoryUsage().rss / 1024 ** 2 };
}

function rowsOf({ clusters, accounts, readyMs, probes, wallMs, cpuMs, megabytes }: Measured): Row[] {
  return [
    { what: `${clusters} clusters over ${accounts} accounts: ready`, value: `${rounded(readyMs / 1000)} s` },
    {
      what: `  ${probes} probes, in this process through each caller's SOCKS entry`,
      value: `${rounded(wallMs / 1000)} s`,
    },
    { what: '  time per probe', value: `${rounded(wallMs / probes)} ms` },
    { what: '  processor per probe', value: `${rounded(cpuMs / probes)} ms` },
    { what: '  memory', value: `${rounded(megabytes)} MB` },
  ];
}
