// Installs from the lockfile when node_modules is missing or differs from it.
// Plain JavaScript without dependencies: it runs before anything is installed, on any Node from 20 on.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);
const lock = new URL('.install.lock', root);

if (!isInstalled()) {
  await takeLock();
  try {
    if (!isInstalled()) await install();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** npm writes node_modules/.package-lock.json as the last act of any install, so comparing the two needs no stamp of ours. */
function isInstalled() {
  const present = packagesOf('node_modules/.package-lock.json');
  const missing = Object.entries(packagesOf('package-lock.json')).filter(([path, wanted]) => {
    const skipped = !path.startsWith('node_modules/') || wanted.link || (wanted.optional && !present[path]);
    return !skipped && present[path]?.version !== wanted.version;
  });
  return Object.keys(present).length > 0 && missing.length === 0;
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(new URL(file, root), 'utf8')).packages;
  } catch {
    return {};
  }
}

async function install() {
  const startedMs = Date.now();
  process.stderr.write('meshbed: installing the locked dependencies … ');
  const { code, output } = await npmCi();
  if (code === 0) return process.stderr.write(`${Math.round((Date.now() - startedMs) / 1000)} s\n`);
  process.stderr.write(`failed\n${output}\nmeshbed: "npm ci" shows the whole output.\n`);
  process.exitCode = 1;
}

/** With the npm that runs us and the Node that runs it: the pinned binary must not delete itself. */
async function npmCi() {
  const { npm_execpath: npm, npm_node_execpath: node = process.execPath } = process.env;
  const [command, ...prefix] = npm ? [node, npm] : ['npm'];
  const flags = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const child = spawn(command, [...prefix, ...flags], { cwd: fileURLToPath(root), stdio: ['ignore', 'pipe', 'pipe'] });
  renameSync(noteOf(child.pid), lock); // npm outlives us when only we are killed: from now on the lock is npm's
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const [code] = await once(child, 'close');
  return { code, output };
}

/** One install at a time: the lock names the process at work, and a dead one's lock is taken over. */
async function takeLock() {
  const note = noteOf(process.pid);
  try {
    while (!linked(note)) {
      if (isAlive(ownerOf(lock))) await new Promise((resolve) => setTimeout(resolve, 250));
      else rmSync(lock, { force: true });
    }
  } finally {
    rmSync(note, { force: true });
  }
}

/** Written aside and then linked, so that nobody ever reads an empty lock. */
function noteOf(pid) {
  const note = new URL(`.install.lock.${pid}`, root);
  writeFileSync(note, String(pid));
  return note;
}

function linked(note) {
  try {
    linkSync(note, lock);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function ownerOf(file) {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return 0;
  }
}

function isAlive(pid) {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
