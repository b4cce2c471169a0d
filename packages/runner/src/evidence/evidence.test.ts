import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@meshbed/core';
import { afterAll, expect, test } from 'vitest';
import { defaultConfiguration } from '../configuration/index.ts';
import type { RunEvent } from '../events.ts';
import { journalName, openJournal } from '../journal/index.ts';
import { scriptedTarget } from '../testing/run.ts';
import { failuresIn, foremost, partsOf, type Failed } from './failures.ts';
import { gatherEvidence } from './index.ts';
import { noticedIn } from './noticed.ts';

const folder = mkdtempSync(join(tmpdir(), 'meshbed-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const text = 'no way\n  object: sg-1\n  likely: closed\n          and barred\n  next:   aws ec2 open';
const events: RunEvent[] = [
  {
    kind: 'run-started',
    run: 'r1',
    scenario: 1,
    title: 'One',
    target: 'sandbox',
    parts: [],
    steps: [{ id: 'eks_cluster', number: 2, description: '', part: 1, needs: [] }],
    tests: [{ id: 't', name: 'EKS → ECS 1', category: 'connectivity' }],
    atMs: 0,
  },
  { kind: 'test-ended', test: 't', outcome: 'failed', failure: { code: 'cloud/probe-timeout', text: 'slow' }, atMs: 1 },
  { kind: 'step-ended', step: 'eks_cluster', outcome: 'failed', failure: { code: 'cloud/x', text }, atMs: 2 },
];

test('evidence: of a place where nothing answers says so, and still has journal and diagnosis', async () => {
  const journal = openJournal(join(folder, journalName));
  for (const event of events) journal.write(event);
  const file = join(folder, 'e.tar.gz');
  const target = scriptedTarget(folder);
  const signal = new AbortController().signal;
  const found = await gatherEvidence({
    configuration: defaultConfiguration,
    target,
    clock: systemClock,
    signal,
    runDirectory: folder,
    file,
  });
  expect(found.verdict).toEqual([
    'Likely cause: closed; and barred',
    'Failing object: sg-1',
    'Next command: aws ec2 open',
  ]);
  const tar = (...args: string[]) => spawnSync('tar', [...args, '-f', file], { encoding: 'utf8' }).stdout;
  expect(tar('-tz').split('\n').slice(0, 2)).toEqual(['e/DIAGNOSIS.md', 'e/run/configuration.json']);
  const page = tar('-xzO', 'e/DIAGNOSIS.md');
  expect(page).toMatch(/^# Diagnosis of run r1\n\nLikely cause: closed/);
  expect(page).toContain('- test EKS → ECS 1: slow (`cloud/probe-timeout`)');
  expect(page).toContain('- kubernetes/: connect ECONNREFUSED');
  expect(page).toContain('- aws/local/vpcs.json: connect ECONNREFUSED');
});

test('failures: an error is read back part by part', () => {
  expect(partsOf(text)).toEqual({
    message: 'no way',
    object: 'sg-1',
    likely: 'closed\n          and barred',
    next: 'aws ec2 open',
  });
});

test('failures: a step comes before tests, and a cause that many share before that of one', () => {
  expect(foremost(failuresIn(events))?.step).toBe('eks_cluster');
  const failed = (what: string, likely?: string): Failed => ({
    ...(likely === undefined ? {} : { likely }),
    what,
    code: 'cloud/odd',
    message: '',
  });
  expect(foremost([failed('one', 'a'), failed('two', 'b'), failed('three', 'b')])?.what).toBe('two');
  expect(foremost([failed('one'), failed('two'), failed('three', 'b')])?.what).toBe('three');
  expect(foremost([])).toBeUndefined();
});

test.each([
  [
    'kubernetes/Pod.json',
    { metadata: { name: 'p', namespace: 'n' }, status: { phase: 'Pending' } },
    'pod n/p is Pending',
  ],
  ['kubernetes/Node.json', { metadata: { name: 'n' } }, 'node n is not ready: it says nothing'],
  ['ecs/local/c/services.json', { serviceName: 's', desiredCount: 1, runningCount: 0 }, 'service s runs 0 of 1 tasks'],
  [
    'ecs/local/c/tasks.json',
    {
      taskArn: 'a/t',
      group: 'service:s',
      lastStatus: 'STOPPED',
      stopCode: 'TaskFailedToStart',
      stoppedReason: 'no image',
    },
    'task t of service:s stopped: no image',
  ],
  [
    'aws/local/nat-gateways.json',
    { NatGatewayId: 'nat-1', State: 'failed', FailureMessage: 'x' },
    'NAT gateway nat-1 failed: x',
  ],
  [
    'proxies/z/certificates.json',
    { identity: 'spiffe://a', state: 'Initializing' },
    'certificate of spiffe://a is Initializing',
  ],
])('noticed: in %s', (path, item, says) => {
  expect(noticedIn([{ path, text: JSON.stringify([item]) }])[0]?.says).toContain(says);
});

test('noticed: what is as it should be is not worth a line', () => {
  const pod = { metadata: {}, status: { phase: 'Running', containerStatuses: [{ name: 'c', ready: true }] } };
  expect(noticedIn([{ path: 'kubernetes/Pod.json', text: JSON.stringify([pod]) }])).toEqual([]);
});
