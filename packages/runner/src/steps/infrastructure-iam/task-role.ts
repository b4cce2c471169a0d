import type { AwsClients } from '@meshbed/clients/aws';
import { ensureManagedPolicy } from '../../aws/managed-policy.ts';
import { policyDocument } from '../../aws/policy-document.ts';
import { ensureRole } from '../../aws/roles.ts';
import { names } from '../../configuration/index.ts';
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
export async function ensureTaskRole(step: StepContext, aws: AwsClients): Promise<void> {
  const { taskRole: name, taskPolicy, rolePath: path } = names;
  const policy = await ensureManagedPolicy(step, aws, { name: taskPolicy, path, document: permissions });
  await ensureRole(step, aws, {
    name,
    path,
    trust: policyDocument({
      Effect: 'Allow',
      Principal: { Service: 'ecs-tasks.amazonaws.com' },
      Action: 'sts:AssumeRole',
    }),
    managed: [policy],
  });
}

/** The ARN of the task role, path included. */
export function taskRoleArn(accountId: string): string {
  return `arn:aws:iam::${accountId}:role${names.rolePath}${names.taskRole}`;
}
