import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
  type Role,
} from '@aws-sdk/client-iam';
import { isNotFound, type AwsClients } from '@meshbed/clients/aws';
import type { StepContext } from '../steps/types.ts';
import { isSameDocument, type PolicyDocument } from './policy-document.ts';
import { ownTags } from './tags.ts';

export interface WantedRole {
  name: string;
  path?: string;
  trust: PolicyDocument;
  /** ARNs of managed policies. */
  managed?: readonly string[];
  inline?: { name: string; document: PolicyDocument };
}

/** Returns the ARN, path included. */
export async function ensureRole(step: StepContext, aws: AwsClients, wanted: WantedRole): Promise<string> {
  const role = await ensureBareRole(step, aws, wanted);
  await Promise.all((wanted.managed ?? []).map((arn) => ensureAttached(step, aws, wanted.name, arn)));
  if (wanted.inline) await ensureInline(step, aws, wanted.name, wanted.inline);
  return role.Arn ?? '';
}

function ensureBareRole(
  step: StepContext,
  { iam }: AwsClients,
  { name, path = '/', trust }: WantedRole,
): Promise<Role> {
  const AssumeRolePolicyDocument = JSON.stringify(trust);
  const find = () => unlessMissing(async () => (await iam.send(new GetRoleCommand({ RoleName: name }))).Role);
  return step.ensure<Role>({
    kind: 'IAM role',
    name,
    find,
    differs: (role) =>
      isSameDocument(role.AssumeRolePolicyDocument, trust) ? undefined : 'its trust policy is not the wanted one',
    async create() {
      const Tags = Object.entries(ownTags(step.configuration)).map(([Key, Value]) => ({ Key, Value }));
      const { Role: role } = await iam.send(
        new CreateRoleCommand({ RoleName: name, Path: path, AssumeRolePolicyDocument, Tags }),
      );
      return role as Role;
    },
    async update(role) {
      await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: name, PolicyDocument: AssumeRolePolicyDocument }));
      return role;
    },
  });
}

async function ensureAttached(step: StepContext, { iam }: AwsClients, role: string, arn: string): Promise<void> {
  await step.ensure({
    kind: 'policy of role',
    name: `${role}: ${arn.split('/').at(-1)}`,
    async find() {
      const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: role }));
      return AttachedPolicies.find(({ PolicyArn }) => PolicyArn === arn)?.PolicyArn;
    },
    async create() {
      await iam.send(new AttachRolePolicyCommand({ RoleName: role, PolicyArn: arn }));
      return arn;
    },
  });
}

async function ensureInline(
  step: StepContext,
  { iam }: AwsClients,
  role: string,
  { name, document }: Required<WantedRole>['inline'],
): Promise<void> {
  const key = { RoleName: role, PolicyName: name };
  const put = async () => {
    await iam.send(new PutRolePolicyCommand({ ...key, PolicyDocument: JSON.stringify(document) }));
    return JSON.stringify(document);
  };
  await step.ensure({
    kind: 'policy of role',
    name: `${role}: ${name}`,
    find: () => unlessMissing(async () => (await iam.send(new GetRolePolicyCommand(key))).PolicyDocument),
    differs: (found) => (isSameDocument(found, document) ? undefined : 'it allows something else'),
    create: put,
    update: put,
  });
}

async function unlessMissing<T>(action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
