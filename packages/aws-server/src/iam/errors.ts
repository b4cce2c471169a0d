import type * as IAM from '@aws-sdk/client-iam';
import type { AwsError } from '../errors.ts';
import { failures } from '../errors.ts';

export const fail: ReturnType<typeof failures<typeof IAM>> = failures<typeof IAM>();

export const noSuch = (message: string): AwsError => fail('NoSuchEntityException', message);
export const alreadyExists = (message: string): AwsError => fail('EntityAlreadyExistsException', message);
export const deleteConflict = (message: string): AwsError => fail('DeleteConflictException', message);
