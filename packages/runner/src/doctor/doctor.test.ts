import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { virtualClock } from '@meshbed/core';
import { expect, test } from 'vitest';
import { defaultConfiguration } from '../configuration/index.ts';
import { scenarioNumbered } from '../scenario/index.ts';
import { scriptedTarget } from '../testing/run.ts';
import { skewFinding } from './checks/clock-skew.ts';
import { type Answer, permissionFindings, principalOf } from './checks/permissions.ts';
import { quotaFinding } from './checks/quotas.ts';
import { needed } from './permissions/needed.ts';
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

test.each<[number, number, number | undefined, string]>([
  [4, 1, undefined, 'ok'],
  [5, 0, undefined, 'ok'],
  [5, 1, undefined, 'warning'],
  [4, 1, 5, 'ok'],
  [5, 1, 5, 'problem'],
  [5, 1, 6, 'ok'],
  [6, 0, 5, 'ok'],
])('doctor: %d there and %d more wanted, of a quota of 5 that is now %s', (used, more, applied, verdict) => {
  const quota = { title: 'VPC', service: 'vpc', code: 'L-1', usual: 5 };
  const at = { aws: { id: '1', region: 'us-east-2' }, profile: 'dev' };
  const { verdict: found, fix } = quotaFinding({
    ...quota,
    ...at,
    ...(applied === undefined ? {} : { applied }),
    used,
    more,
  });
  expect(found).toBe(verdict);
  const raise = '--service-code vpc --quota-code L-1 --desired-value 6 --profile dev --region us-east-2';
  expect(fix?.includes(raise)).toBe(verdict === 'ok' ? undefined : true);
});

const answer = (action: string, more: Partial<Answer> = {}): Answer => ({
  action,
  purpose: 'run',
  verdict: 'missing',
  on: [],
  keys: [],
  policies: [],
  ...more,
});

test.each<[string, Answer[], [verdict: string, says: RegExp, fix: RegExp | undefined][]]>([
  ['all allowed', [answer('ec2:CreateVpc', { verdict: 'allowed' })], [['ok', /all 1 actions/, undefined]]],
  [
    'one refused, and one on some objects only',
    [answer('ec2:CreateVpc'), answer('iam:PassRole', { on: ['arn:b'], passedTo: 'eks.amazonaws.com' })],
    [
      [
        'problem',
        /^may not ec2:CreateVpc, iam:PassRole \(to eks.amazonaws.com; on arn:b\)$/,
        /put-role-policy --role-name dev .*"Action":\["ec2:CreateVpc","iam:PassRole"\]/,
      ],
    ],
  ],
  [
    'one that a statement denies',
    [answer('ec2:CreateVpc', { verdict: 'forbidden', policies: ['guard'] })],
    [['problem', /^may not ec2:CreateVpc$/, /change guard/]],
  ],
  [
    'one that only a cleanup needs',
    [answer('ec2:DeleteVpc', { purpose: 'cleanup' })],
    [['warning', /^could not clean up: may not ec2:DeleteVpc$/, /put-role-policy/]],
  ],
  [
    'one with a condition',
    [answer('ec2:CreateVpc', { verdict: 'depends', keys: ['aws:RequestTag/owner'] })],
    [['warning', /^allowed on conditions only: ec2:CreateVpc$/, /conditions on aws:RequestTag\/owner/]],
  ],
])('doctor: permissions, %s', (_what, answers, expected) => {
  const found = permissionFindings(answers, { principal: 'arn:aws:iam::1:role/teams/dev', profile: 'dev' });
  expect(found.map(({ verdict }) => verdict)).toEqual(expected.map(([verdict]) => verdict));
  for (const [index, [, says, fix]] of expected.entries()) {
    expect(found[index]?.says).toMatch(says);
    expect(found[index]?.fix ?? '').toMatch(fix ?? /^$/);
  }
});

const prefixes: Readonly<Record<string, string>> = {
  'cloudwatch-logs': 'logs',
  'elastic-load-balancing-v2': 'elasticloadbalancing',
  elb: 'elasticloadbalancing',
};
const called = /\b(?:paginate(\w+)|(\w+)Command)\b/g;
const imported = /import \{([^}]*)\} from '@aws-sdk\/client-([\w-]+)'/g;
const loadedLater = /\b(paginate\w+|\w+Command)\b/.source;

/** Commands and paginators that the code uses, as actions of IAM. */
function actionsIn(folder: string): Set<string> {
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.startsWith('doctor') && !path.endsWith('.test.ts'))
    .map((path) => readFileSync(join(folder, path), 'utf8'));
  const uses = sources.flatMap((source) => [
    ...[...source.matchAll(imported)].map(([, names = '', client = '']) => [names, client] as const),
    ...[...source.matchAll(new RegExp(`\\b(ec2|ecs|eks|elb|iam|logs)\\.${loadedLater}`, 'g'))].map(
      ([, client = '', name = '']) => [name, client] as const,
    ),
  ]);
  return new Set(
    uses.flatMap(([names, client]) =>
      [...names.matchAll(called)].map(([, list, command]) => `${prefixes[client] ?? client}:${list ?? command}`),
    ),
  );
}

test('doctor: asks for every action that the runner calls, and for no other', () => {
  const used = actionsIn(fileURLToPath(new URL('..', import.meta.url)));
  // Nobody needs permission for the first; the second is for what others attached.
  for (const free of ['sts:GetCallerIdentity', 'iam:RemoveRoleFromInstanceProfile']) used.delete(free);
  // Permissions without a call, and a call of the clients'.
  const tagging = [
    'iam:TagRole',
    'iam:TagPolicy',
    'iam:TagOpenIDConnectProvider',
    'eks:TagResource',
    'logs:TagResource',
  ];
  for (const more of ['iam:PassRole', 'ecs:ExecuteCommand', 'ecs:TagResource', ...tagging]) used.add(more);
  const asked = new Set(needed.flatMap(({ actions }) => actions.split(' ')));
  expect([...asked].toSorted()).toEqual([...used].toSorted());
});

test('doctor: the permissions of a session are those of its role', () => {
  expect(principalOf('arn:aws:sts::111122223333:assumed-role/Admin/jane')).toBe('arn:aws:iam::111122223333:role/Admin');
  expect(principalOf('arn:aws:iam::111122223333:user/jane')).toBe('arn:aws:iam::111122223333:user/jane');
});
