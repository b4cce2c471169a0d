#!/usr/bin/env node
// The sandbox's istioctl. Plain JavaScript, so that the compile cache is on before the first .ts file is read.
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const cache = new URL('../../../node_modules/.cache/node-compile-cache', import.meta.url);
module.enableCompileCache?.(process.env.NODE_COMPILE_CACHE ?? fileURLToPath(cache));
const { allowClosedPipe, connectClock, systemClock } = await import('@meshbed/core');
const { main } = await import('../src/istioctl/main.ts');
const { MESHBED_CLOCK } = process.env;
allowClosedPipe(process.stdout);
process.exitCode = await main(process.argv.slice(2), {
  env: process.env,
  clock: MESHBED_CLOCK ? await connectClock(MESHBED_CLOCK) : systemClock,
  write: (text) => process.stdout.write(text),
  writeError: (text) => process.stderr.write(text),
});
