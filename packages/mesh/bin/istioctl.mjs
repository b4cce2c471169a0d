#!/usr/bin/env node
// The sandbox's istioctl. Plain JavaScript, so that the compile cache is on before the first .ts file is read.
import module from 'node:module';

module.enableCompileCache?.();
const { main } = await import('../src/istioctl/main.ts');
process.exitCode = await main(process.argv.slice(2), {
  env: process.env,
  write: (text) => process.stdout.write(text),
  writeError: (text) => process.stderr.write(text),
});
