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
    updates: 'AssumeRolePolicyDocument Description MaxSessionDuration ManagedPolicyArns Policies Tags',
    async update({ physicalId: RoleName }, { aws, tags }, { before, after }) {
      const PolicyDocument = document(after['AssumeRolePolicyDocument']);
      await aws('iam', 'UpdateAssumeRolePolicy', { RoleName, PolicyDocument });
      const { Description = '', MaxSessionDuration = 3600 } = after;
      await aws('iam', 'UpdateRole', { RoleName, Description, MaxSessionDuration: Number(MaxSessionDuration) });
      for (const PolicyArn of managed(after).filter((arn) => !managed(before).includes(arn)))
        await aws('iam', 'AttachRolePolicy', { RoleName, PolicyArn });
      for (const PolicyArn of managed(before).filter((arn) => !managed(after).includes(arn)))
        await unlessGone(aws('iam', 'DetachRolePolicy', { RoleName, PolicyArn }));
      for (const policy of inline(after))
        await aws('iam', 'PutRolePolicy', { RoleName, ...policy, PolicyDocument: document(policy.PolicyDocument) });
      const kept = new Set(inline(after).map(({ PolicyName }) => PolicyName));
      for (const { PolicyName } of inline(before).filter((policy) => !kept.has(policy.PolicyName)))
        await unlessGone(aws('iam', 'DeleteRolePolicy', { RoleName, PolicyName }));
      const own = (value: unknown) => tags(value).filter(({ Key }) => !Key.startsWith('aws:'));
      const wanted = own(after['Tags']);
      const gone = own(before['Tags']).filter(({ Key }) => !wanted.some((tag) => tag.Key === Key));
      if (gone.length > 0) await aws('iam', 'UntagRole', { RoleName, TagKeys: gone.map(({ Key }) => Key) });
      if (wanted.length > 0) await aws('iam', 'TagRole', { RoleName, Tags: wanted });
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
