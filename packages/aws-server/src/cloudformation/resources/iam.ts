import type { Properties } from '../state.ts';
import { unlessGone } from './gone.ts';
import type { ResourceType } from './types.ts';

const document = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

interface InlinePolicy {
  PolicyName: string;
  PolicyDocument: unknown;
}

const managed = ({ ManagedPolicyArns = [] }: Properties) => ManagedPolicyArns as string[];
const inline = ({ Policies = [] }: Properties) => Policies as InlinePolicy[];

/** Types of IAM. Deleting a role takes along what the template gave it and nothing else: that is what makes it fail. */
export const iamTypes: Readonly<Record<string, ResourceType>> = {
  'AWS::IAM::Role': {
    properties:
      'RoleName Path AssumeRolePolicyDocument Description MaxSessionDuration PermissionsBoundary ManagedPolicyArns Policies Tags',
    async create(properties, { aws, tags, generatedName, settled }) {
      const { ManagedPolicyArns: _managed, Policies: _inline, Tags, RoleName = generatedName, ...given } = properties;
      const AssumeRolePolicyDocument = document(given['AssumeRolePolicyDocument']);
      const input = { ...given, RoleName, AssumeRolePolicyDocument, Tags: tags(Tags) };
      const { Role } = await aws<{ Role: { Arn: string; RoleId: string } }>('iam', 'CreateRole', input);
      for (const PolicyArn of managed(properties)) await aws('iam', 'AttachRolePolicy', { RoleName, PolicyArn });
      for (const { PolicyName, PolicyDocument } of inline(properties)) {
        const policy = { RoleName, PolicyName, PolicyDocument: document(PolicyDocument) };
        await aws('iam', 'PutRolePolicy', policy);
      }
      await settled('iam-role', 'saved');
      return { physicalId: RoleName as string, attributes: { Arn: Role.Arn, RoleId: Role.RoleId } };
    },
    async delete({ physicalId: RoleName }, { aws }, properties) {
      // An earlier attempt may have come this far.
      for (const PolicyArn of managed(properties)) {
        await unlessGone(aws('iam', 'DetachRolePolicy', { RoleName, PolicyArn }));
      }
      for (const { PolicyName } of inline(properties)) {
        await unlessGone(aws('iam', 'DeleteRolePolicy', { RoleName, PolicyName }));
      }
      await aws('iam', 'DeleteRole', { RoleName });
    },
  },
};
