import type * as CloudFormation from '@aws-sdk/client-cloudformation';
import { AwsError, failures } from '../errors.ts';

export const fail: ReturnType<typeof failures<typeof CloudFormation>> = failures<typeof CloudFormation>();

/** What CloudFormation answers to nearly everything that is wrong. */
export const invalid = (message: string): AwsError => new AwsError('ValidationError', message);

export const unsupported = (what: string): AwsError => invalid(`${what} is not supported by this sandbox.`);

export const noSuchStack = (reference: string | undefined): AwsError =>
  invalid(`Stack with id ${reference} does not exist`);
