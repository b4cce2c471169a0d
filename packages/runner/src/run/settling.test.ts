import { expect, test } from 'vitest';
import { isSettling } from './settling.ts';

const failure = (name: string, message: string) => Object.assign(new Error(message), { name });

test.each([
  ['MalformedPolicyDocument', 'Invalid principal in policy: "AWS":"arn:aws:iam::1:role/x"', true],
  ['MalformedPolicyDocument', 'Syntax errors in policy.', false],
  ['InvalidSubnetID.NotFound', "The subnet ID 'subnet-1' does not exist", true],
  ['InvalidParameterException', 'Role could not be assumed because the trusted entity is not correct', true],
  [
    'InvalidParameterException',
    "The role with name x doesn't have the Amazon EKS Managed Policies associated with it",
    true,
  ],
  ['InvalidParameterException', 'Unable to Start a service that is still Draining.', true],
  ['InvalidParameterException', 'Unable to assume the service linked role.', true],
  ['InvalidParameterException', 'subnets must be in two zones', false],
  ['AccessDeniedException', 'User is not authorized', false],
  ['DependencyViolation', 'has a dependent object', false],
])('settling: %s %s', (name, message, expected) => {
  expect(isSettling(failure(name, message))).toBe(expected);
});
