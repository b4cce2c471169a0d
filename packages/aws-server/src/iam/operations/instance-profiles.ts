import type * as IAM from '@aws-sdk/client-iam';
import type { Rule } from '../../authorization/index.ts';
import { passRole } from '../../authorization/index.ts';
import type { Context } from '../../context.ts';
import type { ServiceParts } from '../../service.ts';
import { tagMap } from '../../tags.ts';
import { alreadyExists, deleteConflict, fail, noSuch } from '../errors.ts';
import { iamState, roleArn, roleNamed } from '../lookup.ts';
import { iamPage } from '../pages.ts';
import { roleShape } from '../shapes.ts';
import type { InstanceProfile } from '../state.ts';
import { checkName, checkPath } from '../validate.ts';

function profileNamed(context: Context, name: string | undefined): InstanceProfile {
  const profile = iamState(context).instanceProfiles.get(name ?? '');
  if (!profile) throw noSuch(`Instance Profile ${name} cannot be found.`);
  return profile;
}

const shapeOf = (context: Context, profile: InstanceProfile): IAM.InstanceProfile => ({
  InstanceProfileName: profile.name,
  InstanceProfileId: profile.id,
  Arn: profile.arn,
  Path: profile.path,
  CreateDate: new Date(profile.createdAtMs),
  Roles: [...profile.roles].map((name) => roleShape(context.world, roleNamed(context, name))),
});

function createProfile(input: IAM.CreateInstanceProfileCommandInput, context: Context): InstanceProfile {
  const name = checkName(input.InstanceProfileName, 'instanceProfileName', 128);
  const path = checkPath(input.Path);
  const { instanceProfiles } = iamState(context);
  if (instanceProfiles.has(name)) throw alreadyExists(`Instance Profile ${name} already exists.`);
  const profile: InstanceProfile = {
    name,
    path,
    id: `AIPA${context.world.ids.alphanumeric(17)}`,
    arn: `arn:aws:iam::${context.account}:instance-profile${path}${name}`,
    createdAtMs: context.world.clock.now(),
    roles: new Set(),
    tags: tagMap(input.Tags),
  };
  instanceProfiles.set(name, profile);
  return profile;
}

type OnProfile = { InstanceProfileName: string | undefined };
const onProfile: Rule<OnProfile> = {
  resources: ({ InstanceProfileName: name }, context) => [
    iamState(context).instanceProfiles.get(name ?? '')?.arn ??
      `arn:aws:iam::${context.account}:instance-profile/${name}`,
  ],
};

export const instanceProfileOperations: ServiceParts<typeof IAM> = {
  handlers: {
    CreateInstanceProfile: (input, context) => ({ InstanceProfile: shapeOf(context, createProfile(input, context)) }),
    GetInstanceProfile: ({ InstanceProfileName }, context) => ({
      InstanceProfile: shapeOf(context, profileNamed(context, InstanceProfileName)),
    }),
    ListInstanceProfiles(input, context) {
      const all = [...iamState(context).instanceProfiles.values()];
      const profiles = all.filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'));
      const { items, tail } = iamPage(profiles, input);
      return { InstanceProfiles: items.map((profile) => shapeOf(context, profile)), ...tail };
    },
    ListInstanceProfilesForRole(input, context) {
      const role = roleNamed(context, input.RoleName);
      const profiles = [...iamState(context).instanceProfiles.values()].filter(({ roles }) => roles.has(role.name));
      const { items, tail } = iamPage(profiles, input);
      return { InstanceProfiles: items.map((profile) => shapeOf(context, profile)), ...tail };
    },
    AddRoleToInstanceProfile({ InstanceProfileName, RoleName }, context) {
      const profile = profileNamed(context, InstanceProfileName);
      const role = roleNamed(context, RoleName);
      if (profile.roles.size > 0) {
        throw fail('LimitExceededException', 'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1');
      }
      profile.roles.add(role.name);
      return {};
    },
    RemoveRoleFromInstanceProfile({ InstanceProfileName, RoleName }, context) {
      if (!profileNamed(context, InstanceProfileName).roles.delete(roleNamed(context, RoleName).name)) {
        throw noSuch(`The role with name ${RoleName} cannot be found.`);
      }
      return {};
    },
    DeleteInstanceProfile({ InstanceProfileName }, context) {
      const profile = profileNamed(context, InstanceProfileName);
      if (profile.roles.size > 0)
        throw deleteConflict('Cannot delete entity, must remove roles from instance profile first.');
      iamState(context).instanceProfiles.delete(profile.name);
      return {};
    },
  },
  rules: {
    CreateInstanceProfile: onProfile,
    GetInstanceProfile: onProfile,
    AddRoleToInstanceProfile: {
      ...onProfile,
      also: ({ RoleName }, context) => passRole(roleArn(context, RoleName), 'ec2.amazonaws.com'),
    },
    RemoveRoleFromInstanceProfile: onProfile,
    DeleteInstanceProfile: onProfile,
    ListInstanceProfilesForRole: { resources: ({ RoleName }, context) => [roleArn(context, RoleName)] },
  },
};
