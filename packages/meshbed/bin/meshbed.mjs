#!/usr/bin/env node
// Plain JavaScript, for two reasons: any Node can start it, so that an old one hands over to the pinned one; and the
// compile cache is on before the first .ts file, so that a second start parses nothing again.
import module from 'node:module';
import { fileURLToPath } from 'node:url';

if (process.features.typescript) {
  // Beside the code it was made from: nothing stays in the temporary folder.
  const cache = new URL('../../../node_modules/.cache/node-compile-cache', import.meta.url);
  module.enableCompileCache(process.env.NODE_COMPILE_CACHE ?? fileURLToPath(cache));
  endWithParent();
  const { run } = await import('../src/cli.ts');
  await run(process.argv);
} else {
  const { handOver } = await import('./hand-over.mjs');
  process.exitCode = await handOver(import.meta.filename, process.argv.slice(2));
}

/** Handed over to by an older Node: when that one is killed, its end of the channel closes. */
function endWithParent() {
  if (!process.channel) return;
  process.once('disconnect', () => process.kill(process.pid, 'SIGHUP'));
  process.channel.unref();
}
