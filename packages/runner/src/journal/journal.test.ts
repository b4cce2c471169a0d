import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunEvent } from '../events.ts';
import { identityOf } from './identity.ts';
import { cleanupJournalName, journalName, openJournal, readJournal } from './journal.ts';
import { progressOf, resetProgress } from './progress.ts';
import { journaledResources } from './resources.ts';

let workDir: string;
beforeEach(() => {
  workDir = mkdtempSync(join(tmpdir(), 'meshbed-test-'));
});
afterEach(() => rmSync(workDir, { recursive: true }));

const start = (cluster: string, scenario = 1): RunEvent => ({
  kind: 'run-started',
  run: 'r',
  scenario,
  cluster,
  title: 'One',
  target: 'sandbox',
  parts: [],
  steps: [],
  tests: [],
  atMs: 0,
});
const intended = (name: string): RunEvent => ({
  kind: 'resource-intended',
  step: 'a',
  resource: 'VPC',
  name,
  change: 'create',
  atMs: 1,
});
const settled = (name: string, id: string): RunEvent => ({
  kind: 'resource-settled',
  step: 'a',
  resource: 'VPC',
  name,
  id,
  atMs: 2,
});
const ended = (step: string, outcome: 'done' | 'failed' | 'skipped'): RunEvent => ({
  kind: 'step-ended',
  step,
  outcome,
  atMs: 3,
});

function journal(run: string, ...events: RunEvent[]): string {
  const { file, write } = openJournal(join(workDir, 'runs', run, journalName));
  for (const event of events) write(event);
  return file;
}

test('journal: a line that a crash tore is no event, what follows it is', () => {
  const file = journal('1', start('demo'), intended('v'));
  appendFileSync(file, '{"kind":"resource-set');
  expect(readJournal(file).map(({ kind }) => kind)).toEqual(['run-started', 'resource-intended']);
});

test('journal: none is an empty one', () => {
  expect(readJournal(join(workDir, 'none'))).toEqual([]);
  expect([journaledResources(workDir, 'demo'), [...progressOf(workDir, 1)]]).toEqual([[], []]);
});

test('resources: intents and ids of runs of this cluster, without what a cleanup saw go', () => {
  journal('1', start('demo'), intended('v'), settled('v', 'vpc-1'), intended('w'), settled('w', 'vpc-2'));
  journal('2', start('another'), intended('x'), settled('x', 'vpc-3'));
  mkdirSync(join(workDir, 'runs', '3'));
  const item = { id: 'vpc-1' };
  const gone = { kind: 'deletion-ended', item, fate: { state: 'gone' }, atMs: 9 };
  const left = { kind: 'deletion-ended', item: { id: 'vpc-2' }, fate: { state: 'left', reason: 'no' }, atMs: 9 };
  appendFileSync(join(workDir, 'runs', '3', cleanupJournalName), `${JSON.stringify(gone)}\n${JSON.stringify(left)}\n`);
  expect(journaledResources(workDir, 'demo')).toEqual(['v', 'w', 'vpc-2']);
});

test('progress: how each step ended last; a step that a kill interrupted is not finished', () => {
  journal('1', start('demo'), ended('a', 'done'), ended('b', 'failed'));
  journal('2', start('demo'), ended('a', 'skipped'), { kind: 'step-started', step: 'b', atMs: 4 });
  journal('3', start('demo', 2), ended('a', 'failed'));
  expect(Object.fromEntries(progressOf(workDir, 1))).toEqual({ a: 'done', b: 'cancelled' });
});

test('progress: a reset forgets it, and not what was created', () => {
  journal('1', start('demo'), intended('v'), ended('a', 'done'));
  resetProgress(workDir);
  journal('3', start('demo'), ended('b', 'done'));
  expect(Object.fromEntries(progressOf(workDir, 1))).toEqual({ b: 'done' });
  expect(journaledResources(workDir, 'demo')).toEqual(['v']);
});

test.each([
  [{ SubnetId: 'subnet-0123456789abcdef0', VpcId: 'vpc-0123456789abcdef0' }, 'subnet-0123456789abcdef0'],
  [{ serviceArn: 'arn:aws:ecs:r:1:service/s', clusterArn: 'arn:aws:ecs:r:1:cluster/c' }, 'arn:aws:ecs:r:1:service/s'],
  ['sg-0123456789abcdef0', 'sg-0123456789abcdef0'],
  ['istio-ecs-demo', undefined],
  [{ name: 'x' }, undefined],
  [true, undefined],
])('identity: of %j', (made, id) => {
  expect(identityOf(made)).toBe(id);
});
