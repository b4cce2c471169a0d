import { createSandbox, targetOf } from '@meshbed/sandbox';
import { runScenario, scenarioNumbered, defaultConfiguration } from '@meshbed/runner';
import { createIds, systemClock } from '@meshbed/core';
const t0 = performance.now();
await using sandbox = await createSandbox({ machine: { PATH: process.env.PATH! }, profile: 'fast' });
console.log('ready', performance.now() - t0, sandbox.directory.path);
sandbox.log.subscribe((e) => {
  if (process.env.V) console.log(e.area, e.what, JSON.stringify(e.facts).slice(0, 200));
});
const result = await runScenario({
  scenario: scenarioNumbered('1'),
  configuration: defaultConfiguration,
  target: { ...targetOf(sandbox), workDir: sandbox.directory.file('home') },
  clock: systemClock,
  ids: createIds(),
  signal: new AbortController().signal,
  selection: process.env.STOP ? { to: process.env.STOP } : {},
  onEvent: (e: any) => console.log((performance.now() - t0).toFixed(0), JSON.stringify(e).slice(0, 300)),
} as any);
console.log(JSON.stringify(result).slice(0, 3000));
console.log('total', performance.now() - t0, process.memoryUsage().rss / 1e6);
if (process.env.KEEP) {
  const { execSync } = await import('node:child_process');
  await new Promise<void>((r) => {
    const c = import('node:child_process').then(({ spawn }) =>
      spawn('bash', ['-c', process.env.KEEP!], {
        env: { ...process.env, ...sandbox.environment },
        stdio: 'inherit',
      }).on('close', () => r()),
    );
  });
}
