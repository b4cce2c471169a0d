// Measures what the budgets of the architecture are about, and prints them beside the numbers. It never fails on a slow
// machine: only on something that does not work.
import { availableParallelism, loadavg } from 'node:os';
import { dataPlane } from './bench/data-plane.ts';
import { help } from './bench/help.ts';
import { requests } from './bench/requests.ts';
import { sandboxReady } from './bench/sandbox.ts';
import { scaling } from './bench/scaling/index.ts';
import { scenario } from './bench/scenario.ts';
import { type Measurement, print } from './bench/table.ts';
import { timing } from './bench/timing.ts';

const measurements: readonly Measurement[] = [
  { title: 'sandbox', measure: sandboxReady },
  { title: 'requests', measure: requests },
  { title: 'command line', measure: help },
  { title: 'scenario 1 in the sandbox, from cold start', measure: scenario },
  { title: 'data plane: SOCKS → ztunnel → HBONE → ztunnel → echo, against the same echo directly', measure: dataPlane },
  { title: 'scenario 3 as long as it takes in AWS, in modelled time', measure: timing },
  { title: 'scaling: every caller to every target', measure: scaling },
];

console.log(`Node ${process.version}, ${availableParallelism()} processors, load ${loadavg()[0]?.toFixed(1)}`);
/** Words of titles; without any, everything is measured. */
const wanted = process.argv.slice(2);
const chosen = measurements.filter(({ title }) => wanted.length === 0 || wanted.some((word) => title.includes(word)));
for (const { title, measure } of chosen) print(title, await measure());
