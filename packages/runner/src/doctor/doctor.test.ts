import { virtualClock } from '@meshbed/core';
import { expect, test } from 'vitest';
import { defaultConfiguration } from '../configuration/index.ts';
import { scenarioNumbered } from '../scenario/index.ts';
import { scriptedTarget } from '../testing/run.ts';
import { skewFinding } from './checks/clock-skew.ts';
import { principalOf } from './checks/permissions.ts';
import { quotaFinding } from './checks/quotas.ts';
import { doctorExitCode, examine, type Finding, type ToolMachine } from './index.ts';

type Answers = Record<string, string>;

/** Knows these commands and what they print. */
const machine = (answers: Answers): ToolMachine => ({
  nodeVersion: 'v26.10.0',
  listen: async () => undefined,
  run: async ([command = '', ...args]) => {
    const output = answers[[command, ...args].join(' ')] ?? answers[command];
    return output === undefined ? undefined : { code: output === 'fails' ? 1 : 0, output };
  },
});

const ecs = { 'istioctl ecs add-service --help': '--service-account' };
const here = (answers: Answers, istioctl?: string) =>
  examine({
    configuration: { ...defaultConfiguration, ...(istioctl === undefined ? {} : { istioctl }) },
    scenario: scenarioNumbered('3'),
    clock: virtualClock(),
    machine: machine({ curl: 'curl 8.1.2', ...answers }),
  });

const of = (findings: readonly Finding[], check: string) =>
  findings.filter((each) => each.check === check).map(({ verdict }) => verdict);

test.each<[string, Answers, string | undefined, string[]]>([
  ['of the sandbox', {}, undefined, ['ok']],
  ['that is not there', {}, 'istioctl', ['problem']],
  ['of the right version', { istioctl: 'client version: 1.28.1-solo', ...ecs }, 'istioctl', ['ok', 'ok']],
  ['of another patch', { istioctl: 'client version: 1.28.0', ...ecs }, 'istioctl', ['warning', 'ok']],
  ['of another version', { istioctl: 'client version: 1.26.0', ...ecs }, 'istioctl', ['problem', 'ok']],
  [
    'without ECS',
    { istioctl: '1.28.1-solo', 'istioctl ecs add-service --help': 'fails' },
    'istioctl',
    ['ok', 'problem'],
  ],
])('doctor: an istioctl %s', async (_what, answers, path, verdicts) => {
  expect(of(await here(answers, path), 'istioctl')).toEqual(verdicts);
});

test('doctor: a tool that others need is a warning, one that the sandbox needs a problem of this machine', async () => {
  const findings = await here({ kubectl: 'v1.32.1' });
  expect(of(findings, 'tools')).toEqual(['ok', 'ok', 'warning']);
  expect(doctorExitCode(findings)).toBe(0);
  const without = await here({ curl: 'fails' });
  expect(of(without, 'tools')[0]).toBe('problem');
  expect(doctorExitCode(without)).toBe(3);
});

test('doctor: every problem and warning has its fix', async () => {
  const findings = await here({ curl: 'fails' }, 'istioctl');
  const open = findings.filter(({ verdict }) => verdict === 'problem' || verdict === 'warning');
  expect(open.length).toBeGreaterThan(3);
  expect(open.filter(({ fix }) => fix === undefined)).toEqual([]);
});

test('doctor: credentials that do not work and an account that is missing are problems, with the command to log in', async () => {
  const findings = await examine({
    configuration: defaultConfiguration,
    scenario: scenarioNumbered('3'),
    clock: virtualClock(),
    machine: machine({ curl: 'curl 8.1.2' }),
    target: scriptedTarget('unused'),
  });
  const credentials = findings.filter(({ check }) => check === 'credentials');
  expect(credentials.map(({ verdict, fix }) => [verdict, fix])).toEqual([
    ['problem', 'aws sso login --profile local'],
    ['problem', 'set EXTERNAL_ACCOUNT and EXTERNAL_ACCOUNT_PROFILE'],
  ]);
  expect(doctorExitCode(findings)).toBe(2);
});

test.each([
  ['3', []],
  ['4', ['set AZURE_SUBSCRIPTION; list yours: az account list -o table']],
])('doctor: of scenario %s, without a subscription', async (scenario, fixes) => {
  const findings = await examine({
    configuration: defaultConfiguration,
    scenario: scenarioNumbered(scenario),
    clock: virtualClock(),
    machine: machine({ curl: 'curl 8.1.2' }),
    target: scriptedTarget('unused'),
  });
  expect(findings.flatMap(({ object, fix }) => (object === 'Azure subscription' ? [fix] : []))).toEqual(fixes);
  expect(findings.some(({ object }) => object === 'az')).toBe(scenario === '4');
});

test.each([
  [0, 'ok'],
  [-59_000, 'ok'],
  [90_000, 'warning'],
  [-300_000, 'problem'],
])('doctor: a clock that is %d ms off', (skewMs, verdict) => {
  expect(skewFinding('1', skewMs).verdict).toBe(verdict);
});

test.each([
  [4, 1, 'ok'],
  [5, 0, 'ok'],
  [5, 1, 'warning'],
])('doctor: %d there and %d more wanted of a quota of 5', (used, more, verdict) => {
  expect(quotaFinding({ title: 'VPC', usual: 5, code: 'vpc L-1', used, more, account: '1' }).verdict).toBe(verdict);
});

test('doctor: the permissions of a session are those of its role', () => {
  expect(principalOf('arn:aws:sts::111122223333:assumed-role/Admin/jane')).toBe('arn:aws:iam::111122223333:role/Admin');
  expect(principalOf('arn:aws:iam::111122223333:user/jane')).toBe('arn:aws:iam::111122223333:user/jane');
});
