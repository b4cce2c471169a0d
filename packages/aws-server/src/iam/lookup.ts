import type { Context } from '../context.ts';
import { managedPolicies } from './managed/index.ts';
import { noSuch } from './errors.ts';
import { type IamRole, IamState, type ManagedPolicy } from './state.ts';

export const iamState = (context: Context): IamState => context.globalState(IamState);

/** @throws AwsError NoSuchEntity */
export function roleNamed(context: Context, name: string | undefined): IamRole {
  const role = iamState(context).roles.get(name ?? '');
  if (!role) throw noSuch(`The role with name ${name} cannot be found.`);
  return role;
}

/** A policy of the caller's account. @throws AwsError NoSuchEntity */
export function ownPolicy(context: Context, arn: string | undefined): ManagedPolicy {
  const policy = iamState(context).policies.get(arn ?? '');
  if (!policy) throw noSuch(`Policy ${arn} was not found.`);
  return policy;
}

/** Whether a policy of that ARN exists, of the account or of AWS. */
export const policyExists = (context: Context, arn: string): boolean =>
  managedPolicies.has(arn) || iamState(context).policies.has(arn);

/** The ARN for authorization: of the role if it exists, otherwise as it would be at the root path. */
export const roleArn = (context: Context, name: string | undefined): string =>
  iamState(context).roles.get(name ?? '')?.arn ?? `arn:aws:iam::${context.account}:role/${name}`;
