import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import type { AwsClients } from '@meshbed/clients/aws';

const assume = ['sts:AssumeRole', 'sts:TagSession'];

const document = (statement: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });

async function createRole({ iam }: AwsClients, name: string, trust: object, permissions: object): Promise<string> {
  const AssumeRolePolicyDocument = document({ Action: assume, ...trust });
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument }));
  await iam.send(
    new PutRolePolicyCommand({ RoleName: name, PolicyName: 'inline', PolicyDocument: document(permissions) }),
  );
  return Role?.Arn ?? '';
}

/** What istiod assumes to read ECS. */
export const discoveryRole = (aws: AwsClients, istiodRole: string): Promise<string> =>
  createRole(aws, 'scale-istiod', { Principal: { AWS: istiodRole } }, { Action: 'ecs:*', Resource: '*' });

/** Task and execution role. */
export const taskRole = (aws: AwsClients): Promise<string> =>
  createRole(
    aws,
    'scale-task',
    { Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' },
    { Action: ['logs:*', 'ecr:*'], Resource: '*' },
  );

export async function letAssume({ iam }: AwsClients, RoleName: string, roles: readonly string[]): Promise<void> {
  const PolicyDocument = document({ Action: assume, Resource: roles });
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'scale', PolicyDocument }));
}
