import { messageOf } from '@meshbed/core';
import { AwsError } from '../../errors.ts';

const handlerCodes: readonly (readonly [pattern: RegExp, code: string])[] = [
  [/AccessDenied|Unauthorized/, 'AccessDenied'],
  [/AlreadyExists|Duplicate/, 'AlreadyExists'],
  [/LimitExceeded/, 'ServiceLimitExceeded'],
  [/NotFound|NoSuch/, 'NotFound'],
  [/DependencyViolation|Conflict|InUse|Validation|Invalid/, 'InvalidRequest'],
];

/** An error in the words of CloudFormation's resource handlers. */
export function reasonOf(error: unknown): string {
  const message = messageOf(error);
  if (!(error instanceof AwsError)) return message;
  const code = handlerCodes.find(([pattern]) => pattern.test(error.name))?.[1] ?? 'GeneralServiceException';
  const detail = `(Error Code: ${error.name.replace(/Exception$/, '')})`;
  return `Resource handler returned message: "${message} ${detail}" (HandlerErrorCode: ${code})`;
}

const nameOf = (error: unknown) => (error instanceof Error ? error.name : '');

/** Something that is still there may go by itself: an interface, a listener. */
export const mayPass = (error: unknown): boolean =>
  ['DependencyViolation', 'ResourceInUseException', 'InvalidIPAddress.InUse', 'OperationNotPermitted'].includes(
    nameOf(error),
  );
