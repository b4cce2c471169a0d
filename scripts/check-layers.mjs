// Fails when a workspace imports what layers.mjs does not allow, an undeclared workspace, or files of another one.
import { globSync, readFileSync } from 'node:fs';
import { mayImport, testsMayImport } from './layers.mjs';

const importLine = /(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g;
const isTest = (file) => /\.test\.ts$|\/testing\//.test(file);
const workspaceOf = (target) => Object.keys(mayImport).find((name) => target === name || target.startsWith(`${name}/`));

const problems = globSync('packages/*/package.json').flatMap((manifest) => {
  const folder = manifest.replace(/\/package\.json$/, '');
  const { name, dependencies = {}, devDependencies = {} } = JSON.parse(readFileSync(manifest, 'utf8'));
  const declared = { ...dependencies, ...devDependencies };
  return globSync(`${folder}/{src,bin}/**/*.{ts,mjs}`).flatMap((file) => {
    const targets = [...readFileSync(file, 'utf8').matchAll(importLine)].map(([, target]) => target);
    return targets.map((target) => problemOf({ file, target, name, declared, folder })).filter(Boolean);
  });
});

function problemOf({ file, target, name, declared, folder }) {
  if (target.startsWith('.')) return leaves(file, target, folder) && `${file}: reaches outside its package: ${target}`;
  const workspace = workspaceOf(target);
  if (!workspace || workspace === name) return undefined;
  const allowed = [
    ...(mayImport[name] ?? []),
    ...(isTest(file) ? (testsMayImport[name] ?? testsMayImport.default) : []),
  ];
  if (!allowed.includes(workspace)) return `${file}: ${name} may not import ${workspace}`;
  return workspace in declared ? undefined : `${file}: ${workspace} is not declared in ${folder}/package.json`;
}

function leaves(file, target, folder) {
  const resolved = new URL(target, `file:///${file}`).pathname.slice(1);
  return !resolved.startsWith(`${folder}/`) && !resolved.startsWith('scripts/');
}

for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
