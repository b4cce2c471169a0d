import type * as IAM from '@aws-sdk/client-iam';
import type { Rule } from '../../authorization/index.ts';
import type { Context } from '../../context.ts';
import type { ServiceParts } from '../../service.ts';
import { tagKeys, tagMap } from '../../tags.ts';
import { alreadyExists, deleteConflict } from '../errors.ts';
import { iamState, ownPolicy } from '../lookup.ts';
import { iamPage } from '../pages.ts';
import { attachmentCount, awsPolicyShapes, policyShape } from '../shapes.ts';
import { IamState, type ManagedPolicy } from '../state.ts';
import { checkIdentityPolicy, checkName, checkPath } from '../validate.ts';

function createPolicy(input: IAM.CreatePolicyCommandInput, context: Context): ManagedPolicy {
  const { world, account } = context;
  const name = checkName(input.PolicyName, 'policyName', 128);
  const path = checkPath(input.Path);
  const document = checkIdentityPolicy(input.PolicyDocument);
  const { policies } = iamState(context);
  if ([...policies.values()].some((other) => other.name.toLowerCase() === name.toLowerCase())) {
    throw alreadyExists(`A policy called ${name} already exists. Duplicate names are not allowed.`);
  }
  const nowMs = world.clock.now();
  const policy: ManagedPolicy = {
    name,
    path,
    id: `ANPA${world.ids.alphanumeric(17)}`,
    arn: `arn:aws:iam::${account}:policy${path}${name}`,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    defaultVersion: 'v1',
    nextVersion: 2,
    versions: new Map([['v1', { id: 'v1', document, createdAtMs: nowMs }]]),
    tags: tagMap(input.Tags),
    ...(input.Description === undefined ? {} : { description: input.Description }),
  };
  policies.set(policy.arn, policy);
  return policy;
}

function deletePolicy(context: Context, arn: string | undefined): void {
  const policy = ownPolicy(context, arn);
  if (attachmentCount(context.world, policy.arn) > 0) {
    throw deleteConflict('Cannot delete a policy attached to entities.');
  }
  if (policy.versions.size > 1) {
    const message =
      "This policy has more than one version. Before you delete a policy, you must delete the policy's versions.";
    throw deleteConflict(`${message} The default version is deleted with the policy.`);
  }
  iamState(context).policies.delete(policy.arn);
}

function listPolicies(input: IAM.ListPoliciesCommandInput, context: Context): IAM.Policy[] {
  const own = [...iamState(context).policies.values()]
    .map((policy) => policyShape(context.world, policy))
    .toSorted((a, b) => (a.PolicyName ?? '').localeCompare(b.PolicyName ?? ''));
  const { Scope = 'All', OnlyAttached = false, PathPrefix = '/' } = input;
  const listed = { All: [...own, ...awsPolicies(context)], Local: own, AWS: awsPolicies(context) }[Scope];
  return (
    listed
      .filter(({ Path = '/' }) => Path.startsWith(PathPrefix))
      .filter(({ AttachmentCount = 0 }) => !OnlyAttached || AttachmentCount > 0)
      // Lists leave tags and descriptions out.
      .map((policy) => ({ ...policy, Tags: undefined, Description: undefined }))
  );
}

const awsPolicies = (context: Context): IAM.Policy[] =>
  awsPolicyShapes().map((policy) => ({ ...policy, AttachmentCount: attachedHere(context, policy.Arn ?? '') }));

function attachedHere(context: Context, arn: string): number {
  const { roles, users } = iamState(context);
  return [...roles.values(), ...users.values()].filter(({ attachedPolicies }) => attachedPolicies.has(arn)).length;
}

const isRole = ({ id }: { id: string }) => id.startsWith('AROA');

const onPolicy: Rule<{ PolicyArn: string | undefined }> = { resources: ({ PolicyArn }) => [PolicyArn ?? '*'] };

export const policyOperations: ServiceParts<typeof IAM> = {
  handlers: {
    CreatePolicy: (input, context) => ({ Policy: policyShape(context.world, createPolicy(input, context)) }),
    GetPolicy({ PolicyArn = '' }, context) {
      const aws = awsPolicies(context).find(({ Arn }) => Arn === PolicyArn);
      return { Policy: aws ?? policyShape(context.world, ownPolicy(context, PolicyArn)) };
    },
    ListPolicies(input, context) {
      const { items, tail } = iamPage(listPolicies(input, context), input);
      return { Policies: items, ...tail };
    },
    DeletePolicy({ PolicyArn }, context) {
      deletePolicy(context, PolicyArn);
      return {};
    },
    ListEntitiesForPolicy(input, context) {
      const { PolicyArn = '', EntityFilter = '' } = input;
      if (!awsPolicyShapes().some(({ Arn }) => Arn === PolicyArn)) ownPolicy(context, PolicyArn);
      const { roles, users } = context.globalState(IamState);
      const attached = [...roles.values(), ...users.values()].filter(
        (holder) =>
          holder.attachedPolicies.has(PolicyArn) && ['', isRole(holder) ? 'Role' : 'User'].includes(EntityFilter),
      );
      const { items, tail } = iamPage(attached, input);
      return {
        PolicyRoles: items.filter(isRole).map(({ name, id }) => ({ RoleName: name, RoleId: id })),
        PolicyUsers: items.filter((holder) => !isRole(holder)).map(({ name, id }) => ({ UserName: name, UserId: id })),
        PolicyGroups: [],
        ...tail,
      };
    },
  },
  rules: {
    CreatePolicy: {
      resources: ({ PolicyName, Path }, { account }) => [`arn:aws:iam::${account}:policy${Path ?? '/'}${PolicyName}`],
      context: ({ Tags }) => tagKeys(Tags),
      accepts: 'PolicyName Path PolicyDocument Description Tags',
    },
    GetPolicy: onPolicy,
    ListPolicies: { accepts: 'Scope OnlyAttached PathPrefix Marker MaxItems' },
    DeletePolicy: onPolicy,
    ListEntitiesForPolicy: { ...onPolicy, accepts: 'PolicyArn EntityFilter Marker MaxItems' },
  },
};
