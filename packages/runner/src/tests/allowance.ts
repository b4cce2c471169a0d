import { MeshbedError, ready, until, waiting, type Progress } from '@meshbed/core';
import type { TestRecord } from '../events.ts';
import type { AuthorizationTest } from '../scenario/types.ts';
import { patienceOf } from '../target.ts';
import { connectivity } from './connectivity.ts';
import { requireInForce } from './policies.ts';
import type { PolicyState } from './policy-state.ts';
import type { TestContext } from './types.ts';

const propagationMs = 60_000;

export interface Allowance {
  test: AuthorizationTest;
  state: PolicyState;
}

/** Passes when the right workload answers while all the policies are in force; they may still be on their way to it. */
export async function verifiedAllowance(context: TestContext, { test, state }: Allowance): Promise<TestRecord> {
  const { clock, signal } = context;
  const timeoutMs = propagationMs * patienceOf(context);
  const deadlineMs = clock.now() + timeoutMs;
  const attempt = async (): Promise<Progress<TestRecord>> => {
    try {
      return ready(await connectivity(context, test));
    } catch (error) {
      if (isReset(error) && clock.now() < deadlineMs) return waiting('the destination still refuses');
      throw error;
    }
  };
  const record = await until(attempt, {
    clock,
    signal,
    what: test.name,
    timeoutMs: 2 * timeoutMs,
    onWaiting: context.waiting,
  });
  return { ...record, policies: await requireInForce(context, state.policies) };
}

const isReset = (error: unknown) => error instanceof MeshbedError && error.code === 'cloud/probe-reset';
