import type * as ELB from '@aws-sdk/client-elastic-load-balancing';
import { AwsError, failures } from '../errors.ts';

export const fail: ReturnType<typeof failures<typeof ELB>> = failures<typeof ELB>();

export const invalid = (message: string): AwsError => new AwsError('ValidationError', message);

export const unsupported = (what: string): AwsError =>
  new AwsError('UnsupportedOperation', `${what} is not supported by this sandbox.`);
