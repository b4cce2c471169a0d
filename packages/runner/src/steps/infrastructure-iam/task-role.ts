import { CreatePolicyCommand, GetPolicyCommand } from '@aws-sdk/client-iam';
import { isNotFound } from '@meshbed/clients/aws';
import { policyDocument } from '../../aws/policy-document.ts';
import { ensureRole } from '../../aws/roles.ts';
import { ownTags } from '../../aws/tags.ts';
import { names } from '../../configuration.ts';
import type { StepContext } from '../types.ts';

/** What a task may do: be reached by ECS Exec, write its logs, pull its images. */
const permissions = policyDocument(
  {
    Sid: 'ExecuteCommand',
    Effect: 'Allow',
    Action: [
      'ssmmessages:CreateControlChannel',
      'ssmmessages:CreateDataChannel',
      'ssmmessages:OpenControlChannel',
      'ssmmessages:OpenDataChannel',
    ],
    Resource: '*',
  },
  {
    Sid: 'WriteLogs',
    Effect: 'Allow',
    Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
    Resource: 'arn:aws:logs:*:*:log-group:/ecs/*',
  },
  {
    Sid: 'PullImages',
    Effect: 'Allow',
    Action: [
      'ecr:GetAuthorizationToken',
      'ecr:BatchCheckLayerAvailability',
      'ecr:GetDownloadUrlForLayer',
      'ecr:BatchGetImage',
    ],
    Resource: '*',
  },
);

/** Task role and execution role in one, as the mesh's tools expect it. */
export async function ensureTaskRole(step: StepContext): Promise<void> {
  await ensureRole(step, step.local, {
    name: names.taskRole,
    path: names.rolePath,
    trust: policyDocument({
      Effect: 'Allow',
      Principal: { Service: 'ecs-tasks.amazonaws.com' },
      Action: 'sts:AssumeRole',
    }),
    managed: [await ensureTaskPolicy(step)],
  });
}

async function ensureTaskPolicy(step: StepContext): Promise<string> {
  const { iam, access } = step.local;
  const PolicyArn = `arn:aws:iam::${access.id}:policy${names.rolePath}${names.taskPolicy}`;
  return step.ensure({
    kind: 'IAM policy',
    name: names.taskPolicy,
    async find() {
      try {
        return (await iam.send(new GetPolicyCommand({ PolicyArn }))).Policy?.Arn;
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },
    async create() {
      await iam.send(
        new CreatePolicyCommand({
          PolicyName: names.taskPolicy,
          Path: names.rolePath,
          PolicyDocument: JSON.stringify(permissions),
          Tags: Object.entries(ownTags(step.configuration)).map(([Key, Value]) => ({ Key, Value })),
        }),
      );
      return PolicyArn;
    },
  });
}

/** The ARN of the task role, path included. */
export function taskRoleArn(accountId: string): string {
  return `arn:aws:iam::${accountId}:role${names.rolePath}${names.taskRole}`;
}
