import { expect, test } from 'vitest';
import type { RunEvent } from '../events.ts';
import { criticalPath } from './critical-path.ts';
import { emptyRun, fold } from './fold.ts';

const step = (id: string, needs: readonly string[]) => ({ id, number: 1, description: id, part: 1, needs });
const started = (id: string, atMs: number): RunEvent => ({ kind: 'step-started', step: id, atMs });
const ended = (id: string, atMs: number): RunEvent => ({ kind: 'step-ended', step: id, outcome: 'done', atMs });
const reached = (id: string, milestone: string, atMs: number): RunEvent => ({
  kind: 'milestone-reached',
  step: id,
  milestone,
  atMs,
});

function pathOf(steps: ReturnType<typeof step>[], ...events: RunEvent[]): string {
  const plan: RunEvent = {
    kind: 'run-started',
    run: 'r',
    scenario: 1,
    title: '',
    target: '',
    parts: [],
    steps,
    tests: [{ id: 't', name: 't', category: 'discovery' }],
    atMs: 0,
  };
  const path = criticalPath([plan, ...events].reduce(fold, emptyRun));
  return path.map(({ step: id, fromMs, toMs }) => `${id} ${fromMs}-${toMs}`).join(', ');
}

const login = [step('login', []), step('eks', ['login']), step('network', ['login']), step('mesh', ['eks', 'network'])];

test('critical path: through the need that was reached last', () => {
  const begin = [started('login', 0), ended('login', 1), started('eks', 1), started('network', 1)];
  const path = pathOf(login, ...begin, ended('network', 4), ended('eks', 9), started('mesh', 9), ended('mesh', 12));
  expect(path).toBe('login 0-1, eks 1-9, mesh 9-12');
});

test('critical path: a milestone ends the segment of its step', () => {
  const steps = [step('eks', []), step('ecs', ['eks.network'])];
  const path = pathOf(
    steps,
    started('eks', 0),
    reached('eks', 'network', 3),
    started('ecs', 3),
    ended('eks', 5),
    ended('ecs', 8),
  );
  expect(path).toBe('eks 0-3, ecs 3-8');
});

test('critical path: a step that waited on its way is entered where it went on', () => {
  const steps = [step('eks', []), step('peering', [])];
  const path = pathOf(
    steps,
    started('eks', 0),
    started('peering', 0),
    reached('eks', 'network', 4),
    { kind: 'step-resumed', step: 'peering', after: 'eks.network', atMs: 4 },
    ended('eks', 5),
    ended('peering', 7),
  );
  expect(path).toBe('eks 0-4, peering 4-7');
});

test('critical path: the tests come last, skipped steps not at all', () => {
  const skipped: RunEvent = { kind: 'step-ended', step: 'eks', outcome: 'skipped', atMs: 0 };
  const tested: RunEvent[] = [
    { kind: 'test-started', test: 't', atMs: 2 },
    { kind: 'test-ended', test: 't', outcome: 'passed', atMs: 6 },
  ];
  const path = pathOf([step('eks', []), step('ecs', ['eks'])], skipped, started('ecs', 0), ended('ecs', 2), ...tested);
  expect(path).toBe('ecs 0-2, tests 2-6');
});

test('critical path: nothing ran', () => {
  expect(pathOf(login)).toBe('');
});
