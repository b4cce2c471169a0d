#!/usr/bin/env node
// Plain JavaScript, so that the compile cache is on before the first .ts file is read.
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const cache = new URL('../../../node_modules/.cache/node-compile-cache', import.meta.url);
module.enableCompileCache?.(process.env.NODE_COMPILE_CACHE ?? fileURLToPath(cache));
const { allowClosedPipe, systemClock } = await import('@meshbed/core');
const { main } = await import('../src/az/main.ts');
allowClosedPipe(process.stdout);
process.exitCode = await main(process.argv.slice(2), {
  clock: systemClock,
  environment: process.env,
  write: (text) => process.stdout.write(text),
  writeError: (text) => process.stderr.write(text),
});
