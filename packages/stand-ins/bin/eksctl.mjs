#!/usr/bin/env node
// The sandbox's eksctl. Plain JavaScript, so that the compile cache is on before the first .ts file is read.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import module from 'node:module';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const cache = new URL('../../../node_modules/.cache/node-compile-cache', import.meta.url);
module.enableCompileCache?.(process.env.NODE_COMPILE_CACHE ?? fileURLToPath(cache));
const { allowClosedPipe, connectClock, systemClock } = await import('@meshbed/core');
const { main } = await import('../src/eksctl/main.ts');
const { MESHBED_CLOCK } = process.env;
allowClosedPipe(process.stdout);
process.exitCode = await main(process.argv.slice(2), {
  env: process.env,
  clock: MESHBED_CLOCK ? await connectClock(MESHBED_CLOCK) : systemClock,
  write: (line) => process.stdout.write(line),
  writeError: (line) => process.stderr.write(line),
  readFile: (path) => readFileSync(path, 'utf8'),
  writeFile(path, content) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content, { mode: 0o600 });
  },
  readInput: () => text(process.stdin),
});
