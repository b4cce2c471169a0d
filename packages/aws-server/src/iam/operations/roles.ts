import type * as IAM from '@aws-sdk/client-iam';
import type { Context } from '../../context.ts';
import { AwsError } from '../../errors.ts';
import type { ServiceParts } from '../../service.ts';
import { tagKeys, tagMap } from '../../tags.ts';
import { alreadyExists, deleteConflict } from '../errors.ts';
import { iamState, policyExists, roleArn, roleNamed } from '../lookup.ts';
import { noSuch } from '../errors.ts';
import { iamPage } from '../pages.ts';
import { roleShape } from '../shapes.ts';
import { propagate } from '../propagation.ts';
import type { IamRole } from '../state.ts';
import { storeTrust } from '../trust.ts';
import { checkName, checkPath } from '../validate.ts';

const defaultSessionSeconds = 3600;

/** A role, checked and stored. Also used for service-linked roles. */
export function createRole(input: IAM.CreateRoleCommandInput, context: Context): IamRole {
  const { world, account } = context;
  const { roles } = iamState(context);
  const name = checkName(input.RoleName, 'roleName', 64);
  const path = checkPath(input.Path);
  // Role names are unique without regard to case and path.
  const taken = [...roles.keys()].some((other) => other.toLowerCase() === name.toLowerCase());
  if (taken) throw alreadyExists(`Role with name ${name} already exists.`);
  if (input.PermissionsBoundary !== undefined && !policyExists(context, input.PermissionsBoundary)) {
    throw noSuch(`Scope ARN: ${input.PermissionsBoundary} does not exist or is not attachable.`);
  }
  const role: IamRole = {
    name,
    path,
    id: `AROA${world.ids.alphanumeric(17)}`,
    arn: `arn:aws:iam::${account}:role${path}${name}`,
    createdAtMs: world.clock.now(),
    trustPolicy: storeTrust(world, input.AssumeRolePolicyDocument),
    maxSessionSeconds: sessionSeconds(input.MaxSessionDuration),
    tags: tagMap(input.Tags),
    inlinePolicies: new Map(),
    attachedPolicies: new Set(),
    ...(input.Description === undefined ? {} : { description: input.Description }),
    ...(input.PermissionsBoundary === undefined ? {} : { permissionsBoundary: input.PermissionsBoundary }),
  };
  roles.set(name, role);
  propagate(world, role);
  return role;
}

function sessionSeconds(given = defaultSessionSeconds): number {
  if (given >= 3600 && given <= 43_200) return given;
  throw new AwsError('ValidationError', `Value '${given}' at 'maxSessionDuration' must be between 3600 and 43200`);
}

function deleteRole(context: Context, name: string | undefined): void {
  const role = roleNamed(context, name);
  const { roles, instanceProfiles } = iamState(context);
  if (role.attachedPolicies.size > 0) throw deleteConflict('Cannot delete entity, must detach all policies first.');
  if (role.inlinePolicies.size > 0) throw deleteConflict('Cannot delete entity, must delete policies first.');
  if ([...instanceProfiles.values()].some((profile) => profile.roles.has(role.name))) {
    throw deleteConflict('Cannot delete entity, must remove roles from instance profile first.');
  }
  roles.delete(role.name);
}

export const roleOperations: ServiceParts<typeof IAM> = {
  handlers: {
    CreateRole: (input, context) => ({ Role: roleShape(context.world, createRole(input, context)) }),
    GetRole: ({ RoleName }, context) => ({ Role: roleShape(context.world, roleNamed(context, RoleName)) }),
    ListRoles(input, context) {
      const roles = [...iamState(context).roles.values()]
        .filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'))
        .toSorted((a, b) => a.name.localeCompare(b.name));
      const { items, tail } = iamPage(roles, input);
      // Lists leave tags and last use out.
      const Roles = items.map((role) => ({
        ...roleShape(context.world, role),
        Tags: undefined,
        RoleLastUsed: undefined,
      }));
      return { Roles, ...tail };
    },
    UpdateRole({ RoleName, Description, MaxSessionDuration }, context) {
      const role = roleNamed(context, RoleName);
      if (MaxSessionDuration !== undefined) role.maxSessionSeconds = sessionSeconds(MaxSessionDuration);
      if (Description !== undefined) role.description = Description;
      return {};
    },
    UpdateRoleDescription({ RoleName, Description = '' }, context) {
      const role = roleNamed(context, RoleName);
      role.description = Description;
      return { Role: roleShape(context.world, role) };
    },
    UpdateAssumeRolePolicy({ RoleName, PolicyDocument }, context) {
      const role = roleNamed(context, RoleName);
      role.trustPolicy = storeTrust(context.world, PolicyDocument);
      propagate(context.world, role);
      return {};
    },
    DeleteRole({ RoleName }, context) {
      deleteRole(context, RoleName);
      return {};
    },
  },
  rules: {
    CreateRole: {
      resources: ({ RoleName, Path }, { account }) => [`arn:aws:iam::${account}:role${Path ?? '/'}${RoleName}`],
      context: ({ Tags }) => tagKeys(Tags),
      accepts: 'RoleName Path AssumeRolePolicyDocument Description MaxSessionDuration Tags PermissionsBoundary',
    },
    GetRole: { resources: ({ RoleName }, context) => [roleArn(context, RoleName)] },
    UpdateRole: { resources: ({ RoleName }, context) => [roleArn(context, RoleName)] },
    UpdateRoleDescription: { resources: ({ RoleName }, context) => [roleArn(context, RoleName)] },
    UpdateAssumeRolePolicy: { resources: ({ RoleName }, context) => [roleArn(context, RoleName)] },
    DeleteRole: { resources: ({ RoleName }, context) => [roleArn(context, RoleName)] },
  },
};
