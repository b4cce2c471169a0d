import { MeshbedError, ready, until, waiting, type Progress } from '@meshbed/core';
import type { TestRecord } from '../events.ts';
import { refusalOf, type AccessRecord } from '../mesh/access-log.ts';
import {
  callerAt,
  connectionOf,
  destinationAt,
  inbound,
  probeFailure,
  urlOf,
  type Caller,
  type Destination,
  type Outcome,
  type Watch,
} from '../probes/index.ts';
import type { AuthorizationTest } from '../scenario/types.ts';
import { patienceOf } from '../target.ts';
import { judgeDenial } from './judge.ts';
import { guardedKube, guardedNamespace, policiesInForce, vanished } from './policies.ts';
import type { PolicyState } from './policy-state.ts';
import type { TestContext } from './types.ts';

const propagationMs = 60_000;
const logMs = 30_000;

export interface Denial {
  test: AuthorizationTest;
  state: PolicyState;
  /** What the ztunnel must say when the policies have arrived. */
  refusal: string;
}

/**
 * Passes only when the same caller reaches a control, a fresh connection to the destination is reset, and the ztunnel of
 * the destination recorded that it refused this caller because of the policy that should refuse it.
 */
export async function verifiedDenial(context: TestContext, denial: Denial): Promise<TestRecord> {
  const { test, state } = denial;
  const destination = await destinationAt(context, test);
  const attempt = async (): Promise<Progress<TestRecord>> => {
    // Asked anew each time: a caller that was replaced is another one.
    const caller = await callerAt(context, test.from);
    return tryOnce(context, { ...denial, caller, destination });
  };
  const refused = until(attempt, {
    clock: context.clock,
    signal: context.signal,
    what: `refusal by ${destination.host}`,
    timeoutMs: propagationMs * patienceOf(context),
    onWaiting: context.waiting,
    next: `kubectl get authorizationpolicies -n ${guardedNamespace(context)}; istioctl ztunnel-config policies`,
  });
  const [record, control] = await Promise.all([refused, state.control(context, test.from)]);
  return { ...record, control };
}

interface Attempt extends Denial {
  caller: Caller;
  destination: Destination;
}

async function tryOnce(context: TestContext, attempt: Attempt): Promise<Progress<TestRecord>> {
  const { caller, destination, state, refusal: expected } = attempt;
  const namespace = guardedNamespace(context);
  const kube = await guardedKube(context);
  const watch = await destination.watch();
  const outcome = await caller.request(urlOf(destination));
  const refused = outcome.kind === 'reset' ? await recordedRefusal(context, watch, caller) : undefined;
  const policies = await policiesInForce(kube, namespace);
  const missingPolicies = state.policies.filter((name) => !policies.includes(name));
  const refusal = refused && refusalOf(refused);
  const judgement = judgeDenial({ outcome: outcome.kind, refusal, expected, missingPolicies });
  switch (judgement.verdict) {
    case 'not-yet':
      return waiting(judgement.reason);
    case 'denied':
      return ready(await recordOf({ caller, destination, outcome, refused, policies, refusal: judgement.refusal }));
    case 'failed':
      if (judgement.reason === 'policy-vanished') throw vanished(namespace, missingPolicies);
      if (judgement.reason === 'not-recorded') throw notRecorded(caller, destination);
      throw outcome.kind === 'answered'
        ? notRecorded(caller, destination)
        : await notAReset(context, { caller, destination, outcome });
  }
}

interface Denied {
  caller: Caller;
  destination: Destination;
  outcome: Outcome;
  refused: AccessRecord | undefined;
  policies: string[];
  refusal: string;
}

async function recordOf({ caller, destination, outcome, refused, policies, refusal }: Denied): Promise<TestRecord> {
  const address = await destination.address();
  const { sourceIdentity, destinationIdentity, line } = refused ?? {};
  return {
    caller: caller.name,
    host: destination.host,
    ...(address === undefined ? {} : { address }),
    connection: connectionOf(outcome),
    refusal,
    ...(line === undefined ? {} : { refusalRecord: line }),
    policies,
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
    ...(destinationIdentity === undefined ? {} : { destinationIdentity }),
  };
}

/** Undefined when the destination records nothing about this caller in time. */
async function recordedRefusal(test: TestContext, watch: Watch, caller: Caller): Promise<AccessRecord | undefined> {
  const deadlineMs = test.clock.now() + logMs * patienceOf(test);
  return until<AccessRecord | undefined>(
    async () => {
      const records = await inbound(watch);
      const found = records.find(
        (record) => record.sourceIdentity === caller.identity && refusalOf(record) !== undefined,
      );
      return found || test.clock.now() >= deadlineMs
        ? ready(found)
        : waiting('the destination has not recorded the refusal yet');
    },
    {
      clock: test.clock,
      signal: test.signal,
      what: 'record of the refusal',
      timeoutMs: 2 * logMs,
      onWaiting: test.waiting,
    },
  );
}

async function notAReset(context: TestContext, failed: Parameters<typeof probeFailure>[1]): Promise<MeshbedError> {
  const { message, object, likely, next } = await probeFailure(context, failed);
  return new MeshbedError('cloud/denial-not-a-reset', `expected a reset by policy, but ${message}`, {
    ...(object === undefined ? {} : { object }),
    ...(likely === undefined ? {} : { likely }),
    ...(next === undefined ? {} : { next }),
  });
}

function notRecorded(caller: Caller, destination: Destination): MeshbedError {
  return new MeshbedError(
    'cloud/denial-not-recorded',
    `the connection to ${destination.host} was reset, but its ztunnel recorded no refusal of this caller`,
    {
      object: `${caller.name} (${caller.identity})`,
      likely: 'something else than a policy cut the connection: the workload ended, or the tunnel broke',
    },
  );
}
