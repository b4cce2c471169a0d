import type { Stores } from '../accounts/stores.ts';
import { managedPolicies } from './managed/index.ts';
import { IamState } from './state.ts';

const awsPrefix = 'arn:aws:iam::aws:policy/';

/** The JSON document in force of a managed policy, AWS's own or an account's; undefined when there is none. */
export function policyDocument(stores: Stores, arn: string): string | undefined {
  if (arn.startsWith(awsPrefix)) return managedPolicies.get(arn)?.document;
  const policy = stores.of(IamState, arn.split(':')[4] ?? '').policies.get(arn);
  return policy?.versions.get(policy.defaultVersion)?.document;
}
