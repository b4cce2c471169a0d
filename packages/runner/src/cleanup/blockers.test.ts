import { MeshbedError } from '@meshbed/core';
import { expect, test } from 'vitest';
import { isBlocked, isGone } from './blockers.ts';

const error = (code: string, message = '') => Object.assign(new Error(message), { name: code });

test.each([
  ['DependencyViolation', 'resource sg-1 has a dependent object', true, false],
  ['InvalidIPAddress.InUse', 'Address eipalloc-1 is in use', true, false],
  ['InvalidParameterValue', "Network interface 'eni-1' is currently in use.", true, false],
  ['InvalidParameterValue', 'Value is invalid', false, false],
  ['ResourceInUseException', 'Cluster has nodegroups attached', true, false],
  ['DeleteConflict', 'Cannot delete entity, must detach all policies first.', true, false],
  ['ClusterContainsTasksException', 'The Cluster cannot be deleted while Tasks are active.', true, false],
  ['UnauthorizedOperation', 'You are not authorized', false, false],
  ['AccessDenied', 'User is not authorized', false, false],
  ['InvalidVpcID.NotFound', "The vpc ID 'vpc-1' does not exist", false, true],
  ['NoSuchEntityException', 'The role cannot be found', false, true],
  ['ClientException', 'Unable to describe task definition.', false, true],
  ['ClientException', 'Something else', false, false],
])('blockers: %s: %s', (code, message, blocked, gone) => {
  expect([isBlocked(error(code, message)), isGone(error(code, message))]).toEqual([blocked, gone]);
});

test('blockers: AWS is found below an error of ours', () => {
  const cause = error('DependencyViolation', 'has dependencies');
  expect(isBlocked(new MeshbedError('cloud/dependency-violation', 'no', { cause }))).toBe(true);
});
