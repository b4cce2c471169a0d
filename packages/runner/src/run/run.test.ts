import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MeshbedError, virtualClock } from '@meshbed/core';
import { expect, test } from 'vitest';
import type { RunEvent, StepEnded, TestEnded } from '../events.ts';
import { declared } from '../steps/declared.ts';
import { scriptedRun, scriptedSteps } from '../testing/run.ts';

const outcomesOf = (events: readonly RunEvent[]) =>
  Object.fromEntries(
    events
      .filter((event): event is StepEnded => event.kind === 'step-ended')
      .map(({ step, outcome }) => [step, outcome]),
  );
const testsOf = (events: readonly RunEvent[]) => [
  ...new Set(events.filter((event): event is TestEnded => event.kind === 'test-ended').map(({ outcome }) => outcome)),
];

test('run: everything there already changes nothing and says so', async () => {
  const { result, events } = await scriptedRun(virtualClock(), {});
  expect(result).toMatchObject({ outcome: 'passed', exitCode: 0 });
  expect(Object.values(outcomesOf(events))).toEqual(Array(12).fill('unchanged'));
  expect(events.some(({ kind }) => kind === 'resource-intended')).toBe(false);
});

test('run: a failure blocks what needs it, skips the tests and gives the exit code of its class', async () => {
  const failing = { apply: () => Promise.reject(new MeshbedError('cloud/access-denied', 'no')) };
  const { result, events } = await scriptedRun(virtualClock(), { steps: scriptedSteps({ istio_install: failing }) });
  expect(result).toMatchObject({ outcome: 'failed', exitCode: 4 });
  expect(outcomesOf(events)).toMatchObject({
    istio_install: 'failed',
    eastwest_gateway: 'blocked',
    prepare_tests: 'blocked',
    ecs_clusters: 'unchanged',
  });
  expect(testsOf(events)).toEqual(['not-run']);
});

test('run: a failed test fails the run', async () => {
  const { result } = await scriptedRun(virtualClock(), {
    tests: async (_run, emit) => {
      emit({
        kind: 'test-ended',
        test: 'eks-to-eks',
        outcome: 'failed',
        failure: { code: 'cloud/probe-timeout', text: '' },
        atMs: 0,
      });
      return new Map([['eks-to-eks', 'failed']]);
    },
  });
  expect(result).toMatchObject({ outcome: 'failed', exitCode: 4 });
});

test.each([
  [{ from: '5' }, 4, 'passed'],
  [{ from: 'istio_install' }, 4, 'passed'],
  [{ to: '2' }, 10, 'passed'],
  [{ testsOnly: true }, 12, 'passed'],
])('run: selection %j skips %i steps', async (selection, skipped, outcome) => {
  const { result, events } = await scriptedRun(virtualClock(), { selection });
  expect(result.outcome).toBe(outcome);
  expect(Object.values(outcomesOf(events)).filter((each) => each === 'skipped')).toHaveLength(skipped);
});

test('run: an unknown step is the fault of the user', async () => {
  await expect(scriptedRun(virtualClock(), { selection: { from: 'istio' } })).rejects.toMatchObject({
    code: 'user/unknown-step',
  });
});

test('run: a stop cancels what runs and starts nothing more', async () => {
  const abort = new AbortController();
  const apply = async () => {
    abort.abort(new Error('stop'));
    abort.signal.throwIfAborted();
  };
  const { result, events } = await scriptedRun(virtualClock(), {
    signal: abort.signal,
    steps: scriptedSteps({ eks_cluster: { apply } }),
  });
  expect(result).toMatchObject({ outcome: 'cancelled', exitCode: 130 });
  expect(outcomesOf(events)).toMatchObject({ eks_cluster: 'cancelled', gateway_api_crds: 'cancelled' });
});

test('run: the journal has every event, the intent before the resource', async () => {
  let journal = '';
  const { result, events } = await scriptedRun(virtualClock(), {
    steps: scriptedSteps({
      eks_cluster: {
        apply: async (step) =>
          void (await step.ensure({
            kind: 'VPC',
            name: 'v',
            find: async () => undefined,
            create: async () => 'vpc-1',
          })),
      },
    }),
    tests: async (run) => {
      journal = readFileSync(join(run.directory, 'journal.ndjson'), 'utf8');
      return new Map();
    },
  });
  expect(result.directory).toMatch(/runs\/19700101-000000\.000-[0-9a-f]{6}$/);
  const lines = journal
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent);
  expect(lines).toEqual(events.slice(0, lines.length));
  const about = lines.filter(({ kind }) => kind.startsWith('resource')).map(({ kind }) => kind);
  expect(about).toEqual(['resource-intended', 'resource-settled']);
});

test('run: when one branch of a step fails, the waits of the others end', async () => {
  const clock = virtualClock();
  const ended = Promise.withResolvers<void>();
  const events: RunEvent[] = [];
  const onEvent = (event: RunEvent) => {
    events.push(event);
    if (event.kind === 'step-ended' && event.step === 'eks_cluster') ended.resolve();
  };
  const apply: Parameters<typeof scriptedSteps>[0]['eks_cluster'] = {
    apply: async (step) => {
      const forever = step.wait({
        what: 'x',
        timeoutMs: 1e9,
        condition: async () => ({ state: 'waiting', reason: 'forever' }),
      });
      const late = step.wait({
        what: 'y',
        timeoutMs: 1e9,
        condition: async () => {
          await ended.promise;
          return { state: 'waiting', reason: 'late' };
        },
      });
      await Promise.all([forever, late, Promise.reject(new MeshbedError('cloud/x', 'broken'))]);
    },
  };
  await scriptedRun(clock, { onEvent, steps: scriptedSteps({ eks_cluster: apply }) });
  expect(outcomesOf(events)['eks_cluster']).toBe('failed');
  const after = events.slice(events.findIndex((event) => event.kind === 'step-ended' && event.step === 'eks_cluster'));
  expect(after.filter(({ kind }) => kind === 'step-waiting')).toEqual([]);
  expect(clock.pending).toBe(0);
});

test.each([
  [false, [], 'unchanged'],
  [true, ['update Istio v'], 'done'],
])('run: force %s writes again what is as wanted: %j', async (force, changes, outcome) => {
  const written: string[] = [];
  const step = declared(async (context) => {
    await context.ensure({ kind: 'VPC', name: 'v', find: async () => 'there', create: async () => 'made' });
    await context.ensure({
      kind: 'Istio',
      name: 'v',
      find: async () => 'there',
      create: async () => 'made',
      update: async (found) => found,
    });
  });
  const { events } = await scriptedRun(virtualClock(), { force, steps: scriptedSteps({ istio_install: step }) });
  for (const event of events)
    if (event.kind === 'resource-intended') written.push(`${event.change} ${event.resource} ${event.name}`);
  expect(written).toEqual(changes);
  expect(outcomesOf(events)['istio_install']).toBe(outcome);
});
