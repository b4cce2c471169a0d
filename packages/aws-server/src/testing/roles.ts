import type { TestServer } from './server.ts';
import { local } from './server.ts';

export interface TestRole {
  name: string;
  /** Service that may assume it. */
  service: string;
  /** Actions of its one inline policy, on everything. */
  actions?: readonly string[];
  /** Names of AWS managed policies. */
  managed?: readonly string[];
  path?: string;
  account?: string;
}

/** Calls an operation as the administrator of `account`, inside the process. */
export const asAdministrator = (
  { aws }: TestServer,
  service: string,
  operation: string,
  { account = local, ...input }: Record<string, unknown> & { account?: string },
): Promise<Record<string, unknown>> => {
  const arn = `arn:aws:iam::${account}:user/admin`;
  return aws.invoke(
    { kind: 'user', account, arn, userId: 'AIDAADMIN', name: 'admin', tags: new Map() },
    service,
    operation,
    input,
  );
};

export const trustOf = (service: string, actions: readonly string[] = ['sts:AssumeRole']): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: actions }],
  });

/** A role with a trust policy for one service. Returns its ARN. */
export async function addRole(server: TestServer, role: TestRole): Promise<string> {
  const { name: RoleName, service, actions = [], managed = [], path = '/', account = local } = role;
  const call = (operation: string, input: object) => asAdministrator(server, 'iam', operation, { ...input, account });
  const trust = trustOf(service, service.startsWith('pods.') ? ['sts:AssumeRole', 'sts:TagSession'] : undefined);
  await call('CreateRole', { RoleName, Path: path, AssumeRolePolicyDocument: trust });
  for (const policy of managed) {
    await call('AttachRolePolicy', { RoleName, PolicyArn: `arn:aws:iam::aws:policy/${policy}` });
  }
  if (actions.length > 0) {
    const Statement = [{ Effect: 'Allow', Action: actions, Resource: '*' }];
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await call('PutRolePolicy', { RoleName, PolicyName: 'inline', PolicyDocument });
  }
  return `arn:aws:iam::${account}:role${path}${RoleName}`;
}
