#!/usr/bin/env node
// Plain JavaScript, for two reasons: any Node can start it, so that an old one hands over to the pinned one; and the
// compile cache is on before the first .ts file, so that a second start parses nothing again.
import { spawnSync } from 'node:child_process';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

if (process.features.typescript) {
  module.enableCompileCache();
  const { run } = await import('../src/cli.ts');
  await run(process.argv);
} else {
  const { pinnedNode } = await import('../../../scripts/pinned-node.mjs');
  const args = [fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const { status, signal } = spawnSync(pinnedNode(), args, { stdio: 'inherit' });
  if (signal) process.kill(process.pid, signal);
  process.exitCode = status ?? 1;
}
