// Statements in the documents that can be checked: links lead to files, named npm scripts exist, and the package table
// of ARCHITECTURE.md is the one that the layer check enforces, and generated documents are current.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { outdated } from './generate.mjs';
import { isCurrent as isStatusCurrent } from './status.mjs';
import { mayImport } from './layers.mjs';

const documents = globSync('{*.md,docs/**/*.md,packages/*/*.md}');
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
const problems = documents.flatMap((file) => {
  const text = readFileSync(file, 'utf8');
  return [...brokenLinks(file, text), ...unknownScripts(file, text)];
});

function brokenLinks(file, text) {
  const targets = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, target]) => target);
  return targets
    .filter((target) => !existsSync(join(dirname(file), target)))
    .map((target) => `${file}: no such file: ${target}`);
}

function unknownScripts(file, text) {
  const named = [...text.matchAll(/npm run ([a-z:]+)/g)].map(([, name]) => name);
  return named.filter((name) => !(name in scripts)).map((name) => `${file}: no such script: npm run ${name}`);
}

if (existsSync('ARCHITECTURE.md')) {
  const rows = readFileSync('ARCHITECTURE.md', 'utf8').matchAll(/^\| `([\w-]+)` \|[^|]*\| ([^|]*) \|$/gm);
  const short = (name) => name.replace('@meshbed/', '');
  const documented = new Map([...rows].map(([, name, imports]) => [name, imports.trim()]));
  for (const [name, imports] of Object.entries(mayImport)) {
    const expected =
      imports
        .map(short)
        .toSorted((a, b) => a.localeCompare(b))
        .join(', ') || '–';
    if (documented.get(short(name)) !== expected)
      problems.push(`ARCHITECTURE.md: ${short(name)} may import: ${expected}`);
  }
}

problems.push(...outdated().map((file) => `${file}: not current: npm run generate`));
if (!isStatusCurrent()) problems.push('STATUS.md: not what its records give: npm run status');

for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
