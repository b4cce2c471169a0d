import type { Policy, PolicyVersion as PolicyVersionShape, Role } from '@aws-sdk/client-iam';
import type { World } from '../context.ts';
import { tagList } from '../tags.ts';
import { managedPolicies } from './managed/index.ts';
import { IamState, type IamRole, type ManagedPolicy, type PolicyVersion } from './state.ts';
import { shownTrust } from './trust.ts';

/** Documents travel percent-encoded inside IAM's XML answers. */
export const encodeDocument = (document: string): string => encodeURIComponent(document);

export const roleShape = (world: World, role: IamRole): Role => ({
  Path: role.path,
  RoleName: role.name,
  RoleId: role.id,
  Arn: role.arn,
  CreateDate: new Date(role.createdAtMs),
  AssumeRolePolicyDocument: encodeDocument(shownTrust(world, role.trustPolicy)),
  Description: role.description,
  MaxSessionDuration: role.maxSessionSeconds,
  Tags: role.tags.size > 0 ? tagList(role.tags) : undefined,
  RoleLastUsed:
    role.lastUsedAtMs === undefined ? {} : { LastUsedDate: new Date(role.lastUsedAtMs), Region: world.region },
});

export const policyShape = (world: World, policy: ManagedPolicy): Policy => ({
  PolicyName: policy.name,
  PolicyId: policy.id,
  Arn: policy.arn,
  Path: policy.path,
  Description: policy.description,
  DefaultVersionId: policy.defaultVersion,
  AttachmentCount: attachmentCount(world, policy.arn),
  PermissionsBoundaryUsageCount: 0,
  IsAttachable: true,
  CreateDate: new Date(policy.createdAtMs),
  UpdateDate: new Date(policy.updatedAtMs),
  Tags: policy.tags.size > 0 ? tagList(policy.tags) : undefined,
});

/** AWS's own policies were made long before any account here. */
const awsPolicyDate = new Date('2015-02-06T18:39:46Z');

export const awsPolicyShapes = (): Policy[] =>
  [...managedPolicies.values()].map(({ name, id, arn, path }) => ({
    PolicyName: name,
    PolicyId: id,
    Arn: arn,
    Path: path,
    DefaultVersionId: 'v1',
    AttachmentCount: 0,
    PermissionsBoundaryUsageCount: 0,
    IsAttachable: true,
    CreateDate: awsPolicyDate,
    UpdateDate: awsPolicyDate,
  }));

export const versionShape = (policy: ManagedPolicy, version: PolicyVersion): PolicyVersionShape => ({
  VersionId: version.id,
  IsDefaultVersion: policy.defaultVersion === version.id,
  CreateDate: new Date(version.createdAtMs),
});

/** Users and roles of the policy's account that it is attached to. */
export function attachmentCount({ stores }: World, arn: string): number {
  const { users, roles } = stores.of(IamState, arn.split(':')[4] ?? '');
  return [...users.values(), ...roles.values()].filter(({ attachedPolicies }) => attachedPolicies.has(arn)).length;
}
