// Everything that needs no test run, all at once; prints the output of what failed.
import { spawn } from 'node:child_process';

const checks = {
  format: 'oxfmt --check',
  lint: 'oxlint --type-aware --quiet',
  types: 'tsc -b tsconfig.build.json',
  layers: 'node scripts/check-layers.mjs',
  documents: 'node scripts/check-documents.mjs',
  lockfile: 'npm ci --dry-run --loglevel=error', // npm leaves a platform's package out of the lockfile without a word
};

const results = await Promise.all(Object.entries(checks).map(run));
for (const { name, code, output, ms } of results) {
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} ${(ms / 1000).toFixed(1)} s`);
  if (code !== 0) console.log(output);
}
process.exitCode = results.some(({ code }) => code !== 0) ? 1 : 0;

function run([name, command]) {
  return new Promise((resolve) => {
    const startedMs = performance.now();
    let output = '';
    const child = spawn(command, { shell: true });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('close', (code) => resolve({ name, code, output, ms: performance.now() - startedMs }));
  });
}
