// Writes what a command prints between the transcript marks of README.md; with --check it only compares, leaving out what
// differs from run to run (times, ids, addresses, which line came first).
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const file = 'README.md';
const marks = /<!-- transcript: (.+) -->\n[\s\S]*?<!-- end of transcript -->/;

const readme = readFileSync(file, 'utf8');
const [block, command] = marks.exec(readme);
const fresh = render(command, run(command));
if (process.argv.includes('--check')) compare(block, fresh);
else
  writeFileSync(
    file,
    readme.replace(marks, () => fresh),
  );

function run(text) {
  const [name, ...args] = text.split(' ');
  const { status, stdout, stderr } = spawnSync(name, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${text} ended with ${status}\n${stdout}${stderr}`);
  return stdout;
}

/** Steps as they end, the record of each test, and the last line: what a reader wants to see of some hundred lines. */
function render(text, output) {
  const lines = output.split('\n').filter((line) => !/^ *[\d.]+ s {2}▸/.test(line));
  return `<!-- transcript: ${text} -->\n\n\`\`\`console\n$ ${text}\n${lines.join('\n').trim()}\n\`\`\`\n\n<!-- end of transcript -->`;
}

function compare(old, current) {
  if (normalised(old) === normalised(current)) return;
  console.error(`${file}: the transcript is not what the command prints now; run: node scripts/transcript.mjs`);
  process.exitCode = 1;
}

function normalised(text) {
  const stable = text
    .replace(/^Critical path: .*$/m, 'Critical path')
    .replaceAll(/[\d.]+ s\b/g, 'N s')
    .replaceAll(/\b[0-9a-f]{32}\b/g, 'ID')
    .replaceAll(/\b\d+[.-]\d+[.-]\d+[.-]\d+\b/g, 'ADDRESS')
    .replaceAll(/2001:2::[0-9a-f]+/g, 'ADDRESS')
    .replaceAll(/(eks-(?:shell|echo))-[a-z0-9]+-[a-z0-9]{5}/g, '$1-POD')
    .replaceAll(/ +/g, ' ');
  return stable
    .split('\n')
    .toSorted((a, b) => a.localeCompare(b))
    .join('\n');
}
