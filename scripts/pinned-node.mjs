// The Node binary that the lockfile installed for this machine.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export function pinnedNode() {
  const file = process.platform === 'win32' ? 'node.cmd' : 'node';
  const binary = fileURLToPath(new URL(`../node_modules/.bin/${file}`, import.meta.url));
  if (existsSync(binary)) return binary;
  console.error(`meshbed needs Node 22.18 or newer; this is ${process.version}. Run "npm ci" in the repository first.`);
  process.exit(3);
}
