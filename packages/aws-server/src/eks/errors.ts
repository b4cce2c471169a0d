import type * as EKS from '@aws-sdk/client-eks';
import { type AwsError, failures } from '../errors.ts';

const fail = failures<typeof EKS>();

type Names = Record<string, unknown>;

export const clusterNotFound = (clusterName: string): AwsError =>
  fail('ResourceNotFoundException', `No cluster found for name: ${clusterName}.`, { clusterName });
export const notFound = (message: string, names: Names = {}): AwsError =>
  fail('ResourceNotFoundException', message, names);
export const inUse = (message: string, names: Names = {}): AwsError => fail('ResourceInUseException', message, names);
export const invalidParameter = (message: string, names: Names = {}): AwsError =>
  fail('InvalidParameterException', message, names);
export const invalidRequest = (message: string, names: Names = {}): AwsError =>
  fail('InvalidRequestException', message, names);
export const tooMany = (message: string, names: Names = {}): AwsError =>
  fail('ResourceLimitExceededException', message, names);
/** Of TagResource and its kin, which have exceptions of their own. */
export const taggedNotFound = (arn: string): AwsError =>
  fail('NotFoundException', `The specified resource ${arn} could not be found.`);
export const invalidToken = (): AwsError => invalidParameter('Invalid nextToken.');
