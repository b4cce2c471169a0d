import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { below, rounded, type Row } from '../table.ts';
import type { Measured } from './measure.ts';

const sizes: readonly (readonly [clusters: number, accounts: number])[] = [
  [5, 2],
  [25, 5],
  [100, 10],
];

/** Each size in a process of its own: memory and warm code of one must not count for the other. */
export async function scaling(): Promise<Row[]> {
  const measured: Measured[] = [];
  for (const [clusters, accounts] of sizes) measured.push(await measureAside(clusters, accounts));
  const [first, last] = [measured[0], measured.at(-1)];
  const perProbe = (each?: Measured) => (each ? each.cpuMs / each.probes : Number.NaN);
  return [
    ...measured.flatMap(rowsOf),
    below(1.5, '×', 'processor per probe, largest / smallest', perProbe(last) / perProbe(first)),
  ];
}

const program = fileURLToPath(new URL('measure.ts', import.meta.url));

async function measureAside(clusters: number, accounts: number): Promise<Measured> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, String(clusters), String(accounts)]);
  return JSON.parse(stdout) as Measured;
}

function rowsOf({ clusters, accounts, readyMs, pairs, probes, wallMs, cpuMs, megabytes }: Measured): Row[] {
  return [
    { what: `${clusters} clusters over ${accounts} accounts: ready`, value: `${rounded(readyMs / 1000)} s` },
    {
      what: `  ${pairs} probes on new connections, in-process through each caller's SOCKS entry`,
      value: `${rounded(((wallMs / probes) * pairs) / 1000)} s`,
    },
    { what: '  time per probe', value: `${rounded(wallMs / probes)} ms` },
    { what: '  processor per probe', value: `${rounded(cpuMs / probes)} ms` },
    { what: '  memory', value: `${rounded(megabytes)} MB` },
  ];
}
