import type { AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import type { Principal } from '../accounts/index.ts';
import { AwsError } from '../errors.ts';
import type { IamRole } from '../iam/state.ts';

const shortestSeconds = 900;
const longestSeconds = 43_200;
const defaultSeconds = 3600;
/** A role assumed with the credentials of another role's session lives an hour at most. */
const chainedSeconds = 3600;

const sessionNameForm = /^[\w+=,.@-]*$/;

const violation = (name: string, value: string | number, rule: string) =>
  new AwsError(
    'ValidationError',
    `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: Member must ${rule}`,
  );

/** @throws AwsError ValidationError for a malformed name or a duration out of range. */
export function checkAssumeRole({
  RoleArn = '',
  RoleSessionName: name = '',
  DurationSeconds,
}: AssumeRoleCommandInput): void {
  if (RoleArn.length < 20) throw violation('roleArn', RoleArn, 'have length greater than or equal to 20');
  if (!/^arn:aws:iam::\d{12}:role\/.+/.test(RoleArn)) throw new AwsError('ValidationError', `${RoleArn} is invalid`);
  if (name.length < 2) throw violation('roleSessionName', name, 'have length greater than or equal to 2');
  if (name.length > 64) throw violation('roleSessionName', name, 'have length less than or equal to 64');
  if (!sessionNameForm.test(name)) {
    throw violation('roleSessionName', name, String.raw`satisfy regular expression pattern: [\w+=,.@-]*`);
  }
  if (DurationSeconds === undefined) return;
  const least = `have value greater than or equal to ${shortestSeconds}`;
  if (DurationSeconds < shortestSeconds) throw violation('durationSeconds', DurationSeconds, least);
  const most = `have value less than or equal to ${longestSeconds}`;
  if (DurationSeconds > longestSeconds) throw violation('durationSeconds', DurationSeconds, most);
}

/** How long the session lives. @throws AwsError ValidationError when more is asked for than the role or chaining allow. */
export function sessionTtlSeconds(
  { DurationSeconds: asked }: AssumeRoleCommandInput,
  role: IamRole,
  principal: Principal,
): number {
  const chained = principal.kind === 'role-session';
  if (chained && asked !== undefined && asked > chainedSeconds) {
    const message =
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.';
    throw new AwsError('ValidationError', message);
  }
  if (asked !== undefined && asked > role.maxSessionSeconds) {
    const message = 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.';
    throw new AwsError('ValidationError', message);
  }
  return asked ?? defaultSeconds;
}
