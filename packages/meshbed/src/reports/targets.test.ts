import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { reportTargets } from './targets.ts';
import { mixedRun } from './testing/mixed.ts';
import { writeReports } from './write.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meshbed-test-'));
  mkdirSync(join(folder, 'dotted.folder'));
  writeFileSync(join(folder, 'file'), '');
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (...names: string[]) => names.map((name) => join(folder, name));
const told = (paths: string[], part?: string) =>
  reportTargets(paths, part).map(({ format, file }) => `${format} ${relative(folder, file)}`);
const all = (name: string) => [`html ${name}/report.html`, `junit ${name}/junit.xml`, `json ${name}/report.json`];

test.each([
  [['new'], all('new')],
  [['new.d/'], all('new.d')],
  [['dotted.folder'], all('dotted.folder')],
  [
    ['a/b.html', 'c.XML', 'd.json', 'e.txt'],
    ['html a/b.html', 'junit c.XML', 'json d.json', 'text e.txt'],
  ],
])('report: %j', (names, targets) => {
  expect(told(names.map((name) => `${folder}/${name}`))).toEqual(targets);
});

test('report: of several runs, each in its folder', () => {
  expect(told(at('reports'), 'scenario-2')).toEqual(all('reports/scenario-2'));
  expect(existsSync(join(folder, 'reports', 'scenario-2'))).toBe(true);
});

test.each([
  [['report.pdf'], undefined, 'user/report'],
  [['report.html'], 'scenario-1', 'user/report'],
  [['file/report.html'], undefined, 'environment/report'],
])('report: %j for %s is an error before anything runs', (names, part, code) => {
  expect(() => reportTargets(at(...names), part)).toThrow(expect.objectContaining({ code }));
});

test('report: what can not be written in the end is an error with a way out', () => {
  const [target] = reportTargets(at('x.html'));
  mkdirSync(join(folder, 'x.html'));
  expect(() => writeReports(mixedRun, target ? [target] : [])).toThrow(
    expect.objectContaining({ code: 'environment/report', next: expect.stringContaining('meshbed report latest') }),
  );
});
