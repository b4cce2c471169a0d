import { MeshbedError } from '@meshbed/core';
import { callerAt, destinationAt, reach } from '../probes/index.ts';
import { placeId } from '../scenario/place.ts';
import type { Place, PolicyName } from '../scenario/types.ts';
import { awaitPolicies, setPolicies } from './policies.ts';
import type { TestContext } from './types.ts';

/** The tests of an exercise share what holds as long as its policies are in force. */
export interface PolicyState {
  readonly policies: readonly PolicyName[];
  /** Puts the policies in force and waits until the proxies know. */
  settled(test: TestContext): Promise<void>;
  /** Shows that the caller and its way into the mesh work: it reaches a place that no policy closes. */
  control(test: TestContext, from: Place): Promise<string>;
}

/** Each is done once, by the first test that asks. */
export function policyState(policies: readonly PolicyName[]): PolicyState {
  let setting: Promise<void> | undefined;
  const controls = new Map<string, Promise<string>>();
  return {
    policies,
    settled(test) {
      setting ??= setPolicies(test, policies).then(() => awaitPolicies(test, policies));
      return setting;
    },
    control(test, from) {
      const known = controls.get(placeId(from)) ?? reachControl(test, from);
      controls.set(placeId(from), known);
      return known;
    },
  };
}

/** No exercise guards the namespace of EKS's own workloads. */
const open: Place = 'eks';

async function reachControl(test: TestContext, from: Place): Promise<string> {
  const [caller, destination] = await Promise.all([callerAt(test, from), destinationAt(test, { from, to: open })]);
  try {
    const { answeredBy } = await reach(test, caller, destination);
    return `${destination.host} answered by ${answeredBy}`;
  } catch (cause) {
    throw new MeshbedError(
      'cloud/control-not-reached',
      `the caller does not reach ${destination.host} either, so its refusal proves nothing`,
      { cause, object: caller.name },
    );
  }
}
