import { emptyRun, fold, type RunEvent, type RunState } from '@meshbed/runner/journal';

/** Markup, quotes, colours, control characters and half a character: what errors of others may carry. */
export const hostile =
  '<script>alert("x")</script> & \'quoted\' ]]> \u001b[31mred\u001b[0m \u0000\u0007\ufffe \ud800 end';

const step = (id: string, number: number, needs: readonly string[] = []) => ({
  id,
  number,
  description: `${id} <step>`,
  part: 1,
  needs,
});
const cell = (from: string, expected: 'allowed' | 'denied', exercise?: string) => ({
  from,
  to: 'ECS 1',
  expected,
  ...(exercise === undefined ? {} : { exercise }),
});
const ended = (test: string, outcome: 'passed' | 'failed' | 'skipped' | 'cancelled' | 'not-run', more: object = {}) =>
  ({ kind: 'test-ended', test, outcome, atMs: 60_000, ...more }) as const;
const record = { caller: hostile, host: 'echo.local', connection: 'reset: curl: (56)', refusal: hostile, control: 'c' };

/** A run with every way of ending. Steps: 2 passed, 1 failed, 1 skipped, 1 aborted, 1 not run; tests: 2, 1, 1, 1, 1. */
export const mixedEvents: readonly RunEvent[] = [
  {
    kind: 'run-started',
    run: '20260102-030405.678-abcdef',
    scenario: 2,
    cluster: 'demo',
    title: `Two <clusters> & "one" account`,
    target: 'sandbox',
    parts: ['All'],
    steps: [
      step('login', 1),
      step('network', 2, ['login']),
      step('gateway', 3),
      step('skipped', 4),
      step('aborted', 5),
      step('blocked', 6, ['gateway']),
    ],
    tests: [
      { id: 'find', name: 'mesh services', category: 'discovery' },
      { id: 'reach', name: 'EKS → ECS 1', category: 'connectivity', cell: cell('EKS', 'allowed') },
      {
        id: 'denied',
        name: '6.2 deny-all: EKS',
        category: 'authorization',
        cell: cell('EKS', 'denied', '6.2 deny-all'),
      },
      { id: 'left-out', name: 'left out', category: 'authorization', cell: cell('ECS 2', 'denied', '6.2 deny-all') },
      { id: 'stopped', name: 'stopped', category: 'authorization', cell: cell('ECS 1', 'denied', '6.2 deny-all') },
      { id: 'never', name: 'never', category: 'authorization' },
    ],
    exercises: [{ title: '6.2 deny-all', policies: ['deny-all'] }],
    environment: {
      region: 'us-east-2',
      owner: 'jane',
      versions: { meshbed: '0.1.0', Istio: '1.28.1' },
      accounts: [
        {
          name: 'local account',
          id: '111122223333',
          network: { name: 'demo/VPC', cidr: '192.168.0.0/16' },
          places: ['EKS', 'ECS 1', 'ECS 2'].map((name) => ({
            name,
            kind: name.slice(0, 3),
            cluster: `<${name}>`,
            caller: 'shell',
            target: 'echo',
          })),
        },
      ],
    },
    atMs: 0,
  },
  { kind: 'step-started', step: 'login', atMs: 0 },
  { kind: 'step-ended', step: 'login', outcome: 'unchanged', atMs: 1000 },
  { kind: 'step-started', step: 'network', atMs: 1000 },
  { kind: 'resource-intended', step: 'network', resource: 'VPC', name: hostile, change: 'create', atMs: 1100 },
  { kind: 'resource-settled', step: 'network', resource: 'VPC', name: hostile, id: 'vpc-1', atMs: 1400 },
  { kind: 'version-observed', step: 'network', component: 'Kubernetes (EKS)', version: '1.34', atMs: 1500 },
  { kind: 'step-ended', step: 'network', outcome: 'done', atMs: 9000 },
  { kind: 'step-started', step: 'gateway', atMs: 1000 },
  { kind: 'step-waiting', step: 'gateway', reason: hostile, atMs: 2000 },
  {
    kind: 'step-ended',
    step: 'gateway',
    outcome: 'failed',
    failure: {
      code: 'cloud/vpc-limit-exceeded',
      text: `can't create VPC: VpcLimitExceeded: ${hostile}\n  next:   ask`,
    },
    atMs: 40_000,
  },
  { kind: 'step-ended', step: 'skipped', outcome: 'skipped', atMs: 40_000 },
  { kind: 'step-started', step: 'aborted', atMs: 40_000 },
  { kind: 'step-ended', step: 'aborted', outcome: 'cancelled', atMs: 50_000 },
  { kind: 'step-ended', step: 'blocked', outcome: 'blocked', atMs: 50_000 },
  { kind: 'test-started', test: 'find', atMs: 50_000 },
  ended('find', 'passed', { record: { found: [hostile] } }),
  { kind: 'test-started', test: 'denied', atMs: 50_000 },
  ended('denied', 'passed', { record }),
  { kind: 'test-started', test: 'reach', atMs: 50_000 },
  ended('reach', 'failed', { failure: { code: 'cloud/probe-timeout', text: `no answer ${hostile}` } }),
  ended('left-out', 'skipped'),
  { kind: 'test-started', test: 'stopped', atMs: 55_000 },
  ended('stopped', 'cancelled', { failure: { code: 'user/interrupted', text: 'stopped' } }),
  ended('never', 'not-run'),
  {
    kind: 'run-ended',
    outcome: 'failed',
    exitCode: 4,
    criticalPath: [
      { step: 'login', fromMs: 0, toMs: 1000 },
      { step: 'gateway', fromMs: 1000, toMs: 40_000 },
      { step: 'tests', fromMs: 50_000, toMs: 60_000 },
    ],
    atMs: 60_000,
  },
];

export const mixedRun: RunState = mixedEvents.reduce(fold, emptyRun);
