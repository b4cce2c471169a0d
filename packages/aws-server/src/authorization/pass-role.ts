import type { Check } from './rule.ts';

/** The permission to hand `roleArn` to `service` (`ecs-tasks.amazonaws.com`); none when no role is given. */
export const passRole = (roleArn: string | undefined, service: string): readonly Check[] =>
  roleArn === undefined
    ? []
    : [{ action: 'iam:PassRole', resource: roleArn, context: { 'iam:PassedToService': service } }];
