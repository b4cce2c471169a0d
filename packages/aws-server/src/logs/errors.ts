import type * as Logs from '@aws-sdk/client-cloudwatch-logs';
import { type AwsError, failures } from '../errors.ts';

const fail = failures<typeof Logs>();

export const groupNotFound = (): AwsError =>
  fail('ResourceNotFoundException', 'The specified log group does not exist.');
export const streamNotFound = (): AwsError =>
  fail('ResourceNotFoundException', 'The specified log stream does not exist.');
export const groupExists = (): AwsError =>
  fail('ResourceAlreadyExistsException', 'The specified log group already exists');
export const streamExists = (): AwsError =>
  fail('ResourceAlreadyExistsException', 'The specified log stream already exists');
export const invalidParameter = (message: string): AwsError => fail('InvalidParameterException', message);
export const invalidToken = (): AwsError => invalidParameter('The specified nextToken is invalid.');
