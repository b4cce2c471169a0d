import { createSandbox, targetOf } from '@meshbed/sandbox';
import { runScenario, scenarioNumbered, defaultConfiguration } from '@meshbed/runner';
import { createIds, modelClock, untilIdle } from '@meshbed/core';
const t0 = performance.now();
using clock = modelClock({ startMs: Date.now() - 6 * 3_600_000, idle: untilIdle });
await using sandbox = await createSandbox({ machine: { PATH: process.env.PATH! }, profile: 'real', clock });
if (process.env.V) sandbox.log.subscribe((e) => { console.log(e.area, e.what, JSON.stringify(e.facts).slice(0, 300)); });
const m0 = clock.now();
const abort = new AbortController();
const result = await runScenario({
  scenario: scenarioNumbered('1'),
  configuration: defaultConfiguration,
  target: { ...targetOf(sandbox), workDir: sandbox.directory.file('home') },
  clock, ids: createIds(), signal: abort.signal,
  onEvent: (e: any) => { if (process.env.V || ['step-started','step-ended','test-ended','step-waiting'].includes(e.kind)) console.log((performance.now() - t0).toFixed(0), ((e.atMs-m0)/1000).toFixed(1), JSON.stringify(e).slice(0, 300)); },
} as any);
console.log(JSON.stringify(result).slice(0, 3000));
console.log('total', performance.now() - t0, 'model', (clock.now()-m0)/1000, 'moves', clock.moves, process.memoryUsage().rss / 1e6);
for (const [k, n] of [...((globalThis as any).hist ?? new Map())].sort((a: any, b: any) => b[1] - a[1]).slice(0, 25)) console.log('HIST', n, k);
