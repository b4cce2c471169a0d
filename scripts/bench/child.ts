import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export const meshbed: string = fileURLToPath(new URL('../../packages/meshbed/bin/meshbed.mjs', import.meta.url));

/** For `--import`: the process writes its own peak of memory to descriptor 3; nobody else can learn it everywhere. */
export const memoryReporter: string = `data:text/javascript,${encodeURIComponent(
  `import { writeSync } from 'node:fs'; process.on('exit', () => writeSync(3, String(process.resourceUsage().maxRSS)));`,
)}`;

export interface Finished {
  ms: number;
  /** Zero without the reporter. */
  peakMegabytes: number;
}

/** Runs this Node with `args` as a process of its own. @throws Error with its output when it fails. */
export async function runNode(args: readonly string[], compileCache: string): Promise<Finished> {
  const startedMs = performance.now();
  // What is measured is no run of the user's.
  const env = { ...process.env, NODE_COMPILE_CACHE: compileCache, MESHBED_HOME: compileCache };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  const outputs = child.stdio.slice(1) as (NodeJS.ReadableStream & AsyncIterable<Buffer>)[];
  const texts = Promise.all(outputs.map((stream) => text(stream)));
  const [code] = (await once(child, 'exit')) as [number | null];
  const ms = performance.now() - startedMs;
  const [output = '', problems = '', kilobytes] = await texts;
  if (code !== 0) throw new Error(`node ${args.join(' ')} ended with ${code}\n${output}${problems}`);
  return { ms, peakMegabytes: Number(kilobytes) / 1024 };
}

/** A compile cache that is empty at first. */
export function newCompileCache(): Disposable & { path: string } {
  const path = mkdtempSync(join(tmpdir(), 'meshbed-bench-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
