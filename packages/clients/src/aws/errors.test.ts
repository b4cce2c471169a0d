import { expect, test } from 'vitest';
import { errorCode, isAlreadyThere, isNotFound } from './errors.ts';

test.each([
  [{ name: 'NoSuchEntityException', Code: 'NoSuchEntity' }, 'NoSuchEntity', true, false],
  [{ name: 'InvalidVpcID.NotFound', Code: 'InvalidVpcID.NotFound' }, 'InvalidVpcID.NotFound', true, false],
  [{ name: 'ResourceNotFoundException' }, 'ResourceNotFoundException', true, false],
  [{ name: 'ServiceNotFoundException' }, 'ServiceNotFoundException', true, false],
  [{ name: 'EntityAlreadyExistsException', Code: 'EntityAlreadyExists' }, 'EntityAlreadyExists', false, true],
  [{ name: 'InvalidPermission.Duplicate' }, 'InvalidPermission.Duplicate', false, true],
  [{ name: 'ResourceAlreadyExistsException' }, 'ResourceAlreadyExistsException', false, true],
  [{ name: 'AccessDenied' }, 'AccessDenied', false, false],
  [undefined, 'UnknownError', false, false],
])('error code: %j', (error, code, missing, there) => {
  expect([errorCode(error), isNotFound(error), isAlreadyThere(error)]).toEqual([code, missing, there]);
});
