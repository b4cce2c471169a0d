import { virtualClock, type VirtualClock } from '@meshbed/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSandbox, type Sandbox } from '../sandbox.ts';
import type { FaultRule } from './kinds.ts';

let clock: VirtualClock;
let sandbox: Sandbox;
beforeEach(async () => {
  clock = virtualClock(Date.UTC(2026, 0, 1));
  sandbox = await createSandbox({ clock, seed: 'faults', profile: 'instant' });
});
afterEach(() => sandbox[Symbol.asyncDispose]());

type Output = Record<string, Record<string, string>>;

function call(service: string, operation: string, input: object = {}, account: 'local' | 'external' = 'local') {
  const { principal } = sandbox.aws.world.credentials.find(sandbox.accounts[account].accessKeyId)!;
  return sandbox.aws.invoke<Output>(principal, service, operation, input);
}

/** `ok` or the error's name. */
const outcome = (...of: Parameters<typeof call>) =>
  call(...of).then(
    () => 'ok',
    (error: Error) => error.name,
  );
const vpcs = (account?: 'local' | 'external') => outcome('ec2', 'DescribeVpcs', {}, account);
const strikes = () => sandbox.log.list('fault').filter(({ facts }) => 'hit' in facts).length;

describe('calls that fail', () => {
  test.each<[FaultRule, string]>([
    [{ kind: 'throttle' }, 'RequestLimitExceeded'],
    [{ kind: 'throttle', service: 'ec2', operation: 'Describe*', account: '000000000001' }, 'RequestLimitExceeded'],
    [{ kind: 'error', code: 'InternalError', status: 500 }, 'InternalError'],
    [{ kind: 'throttle', service: 'ecs' }, 'ok'],
    [{ kind: 'throttle', operation: 'DescribeSubnets' }, 'ok'],
    [{ kind: 'throttle', account: '000000000002' }, 'ok'],
    [{ kind: 'throttle', principal: '*:role/*' }, 'ok'],
  ])('%j: DescribeVpcs gives %s', async (rule, expected) => {
    sandbox.faults.add(rule);
    expect(await vpcs()).toBe(expected);
    expect(strikes()).toBe(expected === 'ok' ? 0 : 1);
  });

  test('resource: only calls that name it', async () => {
    sandbox.faults.add({ kind: 'error', code: 'Nope', resource: '10.1.*' });
    expect(await outcome('ec2', 'CreateVpc', { CidrBlock: '10.2.0.0/16' })).toBe('ok');
    expect(await outcome('ec2', 'CreateVpc', { CidrBlock: '10.1.0.0/16' })).toBe('Nope');
  });

  test('count, forMs and clear end it', async () => {
    sandbox.faults.add({ kind: 'throttle', count: 2 });
    expect([await vpcs(), await vpcs(), await vpcs()]).toEqual(['RequestLimitExceeded', 'RequestLimitExceeded', 'ok']);
    sandbox.faults.add({ kind: 'throttle', forMs: 1000 });
    expect(await vpcs()).toBe('RequestLimitExceeded');
    await clock.advance(1000);
    expect(await vpcs()).toBe('ok');
    const { id } = sandbox.faults.add({ kind: 'throttle' });
    sandbox.faults.clear(id);
    expect(await vpcs()).toBe('ok');
    expect(strikes()).toBe(3);
  });

  test('probability: one seed, one sequence', async () => {
    const sequence = async () => {
      sandbox.faults.add({ kind: 'throttle', probability: 0.5 });
      return Promise.all(Array.from({ length: 20 }, () => vpcs()));
    };
    const first = await sequence();
    expect(new Set(first)).toEqual(new Set(['ok', 'RequestLimitExceeded']));
    await sandbox[Symbol.asyncDispose]();
    sandbox = await createSandbox({ clock, seed: 'faults', profile: 'instant' });
    expect(await sequence()).toEqual(first);
  });

  test('latency: the call takes longer', async () => {
    sandbox.faults.add({ kind: 'latency', ms: 5000, service: 'ec2' });
    let answer = 'none yet';
    const called = vpcs().then((found) => (answer = found));
    await clock.advance(4999);
    expect(answer).toBe('none yet');
    await clock.advance(1);
    expect(await called).toBe('ok');
  });
});

test.each<[FaultRule, string, string]>([
  [{ kind: 'error', service: 'azure', operation: 'DELETE', code: 'ScopeLocked', status: 409 }, 'ScopeLocked', 'passes'],
  [
    { kind: 'error', service: 'azure', operation: '*-operation', resource: 'istio-aks', code: 'Broke' },
    'passes',
    'Broke',
  ],
  [{ kind: 'error', service: 'azure', resource: 'other', code: 'Broke' }, 'passes', 'passes'],
  [{ kind: 'error', operation: 'DELETE', code: 'Broke' }, 'passes', 'passes'],
])('azure: %j refuses a deletion with %s, and lets it fail later with %s', (rule, refused, failed) => {
  sandbox.faults.add(rule);
  const id = '/subscriptions/1/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/istio-aks';
  const met = (when: 'accept' | 'operation') => sandbox.faults.azure({ when, method: 'DELETE', id })?.code ?? 'passes';
  expect([met('accept'), met('operation')]).toEqual([refused, failed]);
});

test.each<[FaultRule, string, string]>([
  [{ kind: 'throttle', service: 'azure' }, 'SubscriptionRequestsThrottled', 'SubscriptionRequestsThrottled'],
  [{ kind: 'throttle', service: 'azure', operation: 'PUT' }, 'passes', 'SubscriptionRequestsThrottled'],
  [{ kind: 'throttle', service: 'azure', account: 'sub-2' }, 'passes', 'passes'],
  [{ kind: 'throttle' }, 'passes', 'passes'], // without a service it is about AWS
  [{ kind: 'error', service: 'azure', operation: 'GET', code: 'Broke', status: 500 }, 'Broke', 'passes'],
  [{ kind: 'error', service: 'azure', code: 'Broke' }, 'passes', 'passes'], // the change itself fails
  [{ kind: 'expired-credentials', account: 'sub-1' }, 'ExpiredAuthenticationToken', 'ExpiredAuthenticationToken'],
  [{ kind: 'expired-credentials', principal: 'other' }, 'passes', 'passes'],
])('azure: with %j a GET gives %s, a PUT %s', async (rule, read, changed) => {
  sandbox.faults.add(rule);
  const id = '/subscriptions/sub-1/resourceGroups/rg';
  const met = async (method: string) =>
    (await sandbox.faults.azureCall({ method, id, subscription: 'sub-1', caller: 'app' }))?.code ?? 'passes';
  expect([await met('GET'), await met('PUT')]).toEqual([read, changed]);
});

test('azure: latency holds calls up', async () => {
  sandbox.faults.add({ kind: 'latency', service: 'azure', ms: 5000 });
  let isAnswered = false;
  const answered = sandbox.faults
    .azureCall({ method: 'GET', id: '/subscriptions/s', subscription: 's', caller: 'app' })
    .then(() => (isAnswered = true));
  await clock.advance(4999);
  expect(isAnswered).toBe(false);
  await clock.advance(1);
  await answered;
});

test('expired-credentials: the account’s callers are told that their token is expired', async () => {
  sandbox.faults.add({ kind: 'expired-credentials', account: '000000000002' });
  const { principal } = sandbox.aws.world.credentials.find(sandbox.accounts.external.accessKeyId)!;
  expect(sandbox.faults.expired(principal)).toBe(true);
  expect(sandbox.faults.expired({ ...principal, account: '000000000001' })).toBe(false);
});

test('stuck: what is pending stays so until it is cleared', async () => {
  sandbox.faults.add({ kind: 'stuck', resource: 'vpc', state: 'pending' });
  await call('ec2', 'CreateVpc', { CidrBlock: '10.1.0.0/16' });
  const state = () => [...sandbox.fabric.vpcs.values()].at(-1)?.state;
  await clock.advance(3_600_000);
  expect(state()).toBe('pending');
  sandbox.faults.clear();
  await clock.advance(1);
  expect(state()).toBe('available');
});

test('iam-propagation: a new role can be assumed only later', async () => {
  sandbox.faults.add({ kind: 'iam-propagation', ms: 20_000, resource: '*:role/late' });
  const Principal = { AWS: 'arn:aws:iam::000000000001:root' };
  const Statement = [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }];
  const trust = JSON.stringify({ Version: '2012-10-17', Statement });
  const roles = ['late', 'usual'];
  for (const RoleName of roles) await call('iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument: trust });
  const assumed = () =>
    Promise.all(
      roles.map((name) =>
        outcome('sts', 'AssumeRole', { RoleArn: `arn:aws:iam::000000000001:role/${name}`, RoleSessionName: 'session' }),
      ),
    );
  expect(await assumed()).toEqual(['AccessDenied', 'ok']);
  await clock.advance(20_000);
  expect(await assumed()).toEqual(['ok', 'ok']);
});

test('stale-pod-identity: a pod keeps the role that it got first, a new one gets the new one', () => {
  const pod = (podUid: string) => ({ namespace: 'istio-system', serviceAccount: 'istiod', podUid });
  expect(sandbox.faults.podRole(pod('old'), 'first')).toBe('first');
  expect(sandbox.faults.podRole(pod('old'), 'second')).toBe('second');
  sandbox.faults.add({ kind: 'stale-pod-identity', resource: 'istio-system/istiod' });
  expect([pod('old'), pod('new')].map((each) => sandbox.faults.podRole(each, 'second'))).toEqual(['first', 'second']);
});

test.each<[unknown, string]>([
  [undefined, 'a fault is an object with a kind'],
  [{ kind: 'thrott' }, 'there is no fault thrott'],
  [{ kind: 'toString' }, 'there is no fault toString'],
  [{ kind: 'throttle', ms: 1 }, 'throttle has no ms'],
  [{ kind: 'latency' }, 'latency needs ms'],
  [{ kind: 'latency', ms: '5' }, 'ms is "5"; it must be a number from 1'],
  [{ kind: 'throttle', count: 1.5 }, 'it must be a whole number'],
  [{ kind: 'cut-route', from: '10.1' }, 'from is "10.1"; it must be a CIDR block'],
  [{ kind: 'killed-task', resource: 'nobody' }, 'no running task is, or belongs to, nobody'],
])('%j: is refused with words', (rule, reason) => {
  expect(() => sandbox.faults.add(rule as FaultRule)).toThrow(reason);
  expect(sandbox.faults.list()).toEqual([]);
});
