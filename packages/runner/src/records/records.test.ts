import { appendFileSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunEvent } from '../events.ts';
import { findRun, kept, recordedRuns, recordInto, summariesIn } from './index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meshbed-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const started = (run: string, scenario = 1): RunEvent => ({
  kind: 'run-started',
  run,
  scenario,
  title: 'One',
  target: 'sandbox',
  parts: [],
  steps: [],
  tests: [],
  atMs: 0,
});
const ended: RunEvent = { kind: 'run-ended', outcome: 'passed', exitCode: 0, criticalPath: [], atMs: 5 };

function recorded(run: string, ...events: RunEvent[]): void {
  const write = recordInto(folder);
  for (const event of [started(run), ...events]) write(event);
}

test('records: every event is on disk at once, so that a run that dies is known', () => {
  recorded('20260101-a');
  recorded('20260102-b', ended);
  expect(recordedRuns(folder).map(({ run, outcome }) => [run, outcome])).toEqual([
    ['20260102-b', 'passed'],
    ['20260101-a', 'running'],
  ]);
});

test('records: the oldest are forgotten, nothing else in the folder is', () => {
  writeFileSync(join(folder, 'notes.txt'), '');
  const names = Array.from({ length: kept + 3 }, (_, index) => `2026-${String(index).padStart(4, '0')}`);
  for (const name of names) recorded(name);
  expect(recordedRuns(folder).map(({ run }) => run)).toEqual(names.slice(3).toReversed());
  expect(readdirSync(folder)).toContain('notes.txt');
});

test('records: what is no run is none', () => {
  writeFileSync(join(folder, 'empty.ndjson'), '');
  expect(recordedRuns(folder)).toEqual([]);
  expect(recordedRuns(join(folder, 'absent'))).toEqual([]);
});

test.each([
  ['latest', '20260103-c'],
  ['previous', '20260102-b'],
  ['20260102-b', '20260102-b'],
  ['20260101', '20260101-a'],
])('find: %s is %s', (wanted, run) => {
  for (const name of ['20260101-a', '20260102-b', '20260103-c']) recorded(name, ended);
  expect(findRun(folder, wanted).run).toBe(run);
});

test('find: a journal of elsewhere, by its file or its folder', () => {
  const file = join(folder, 'journal.ndjson');
  appendFileSync(file, `${JSON.stringify(started('x'))}\n`);
  expect([findRun(join(folder, 'none'), file).run, findRun(join(folder, 'none'), folder).run]).toEqual(['x', 'x']);
});

test.each([
  ['2026010', 'user/ambiguous-run', /20260102-b, 20260101-a/],
  ['latst', 'user/no-run', /did you mean latest\?/],
  ['', 'user/no-run', /choose latest/],
  ['__proto__', 'user/no-run', /choose latest/],
])('find: %s is an error', (wanted, code, next) => {
  for (const name of ['20260101-a', '20260102-b']) recorded(name, ended);
  expect(() => findRun(folder, wanted)).toThrow(expect.objectContaining({ code, next: expect.stringMatching(next) }));
});

test('find: no run at all, and a file that is no journal', () => {
  const file = join(folder, 'notes.txt');
  writeFileSync(file, 'hello');
  const none = join(folder, 'none');
  expect(() => findRun(none, 'latest')).toThrow(
    expect.objectContaining({ next: expect.stringContaining('meshbed run 1') }),
  );
  expect(() => findRun(none, file)).toThrow('is not the journal of a run');
  expect(existsSync(none)).toBe(false);
});

test.each([
  ['{"format":"meshbed/run/1","run":"a"}\n\n{"format":"meshbed/run/1","run":"b"}\n', ['a', 'b']],
  ['[{"format":"meshbed/run/1","run":"a"}]', ['a']],
  ['', []],
])('summaries: %j', (text, runs) => {
  expect(summariesIn(text, 'f').map(({ run }) => run)).toEqual(runs);
});

test.each([
  ['{"format":"meshbed/run/1"}\nno', 'f:2: this is no summary of a run'],
  ['{"format":"meshbed/run/9"}', 'f:1'],
  ['[{}]', 'f: item 1'],
])('summaries: %j is an error with its place', (text, message) => {
  expect(() => summariesIn(text, 'f')).toThrow(message);
});

test('records: readable by their owner only', () => {
  recorded('20260101-a');
  expect(statSync(join(folder, '20260101-a.ndjson')).mode & 0o777).toBe(0o600);
});

test.skipIf(!existsSync('/proc/self'))('records: a place that takes no files is an error, at once', () => {
  expect(() => recordInto('/proc/nowhere/records')(started('20260101-a'))).toThrow('ENOENT');
});
