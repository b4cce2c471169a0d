import type * as IAM from '@aws-sdk/client-iam';
import type { ServiceParts } from '../../service.ts';
import { fail, noSuch } from '../errors.ts';
import { policyExists, roleArn, roleNamed } from '../lookup.ts';
import { iamPage } from '../pages.ts';
import { propagate } from '../propagation.ts';
import { encodeDocument } from '../shapes.ts';
import { checkIdentityPolicy, checkName } from '../validate.ts';
import type { Rule } from '../../authorization/index.ts';

const mostAttached = 10;

const onRole: Rule<{ RoleName: string | undefined }> = {
  resources: ({ RoleName }, context) => [roleArn(context, RoleName)],
};

/** The policy's ARN is a condition key of attaching. */
const onRoleAndPolicy: Rule<{ RoleName: string | undefined; PolicyArn: string | undefined }> = {
  ...onRole,
  context: ({ PolicyArn }) => ({ 'iam:PolicyARN': PolicyArn ?? '' }),
};

export const rolePolicyOperations: ServiceParts<typeof IAM> = {
  handlers: {
    PutRolePolicy({ RoleName, PolicyName, PolicyDocument }, context) {
      const name = checkName(PolicyName, 'policyName', 128);
      const role = roleNamed(context, RoleName);
      role.inlinePolicies.set(name, checkIdentityPolicy(PolicyDocument));
      propagate(context.world, role);
      return {};
    },
    GetRolePolicy({ RoleName, PolicyName }, context) {
      const document = roleNamed(context, RoleName).inlinePolicies.get(PolicyName ?? '');
      if (document === undefined) throw noSuch(`The role policy with name ${PolicyName} cannot be found.`);
      return { RoleName, PolicyName, PolicyDocument: encodeDocument(document) };
    },
    ListRolePolicies(input, context) {
      const { items, tail } = iamPage([...roleNamed(context, input.RoleName).inlinePolicies.keys()].toSorted(), input);
      return { PolicyNames: items, ...tail };
    },
    DeleteRolePolicy({ RoleName, PolicyName }, context) {
      const role = roleNamed(context, RoleName);
      if (!role.inlinePolicies.delete(PolicyName ?? '')) {
        throw noSuch(`The role policy with name ${PolicyName} cannot be found.`);
      }
      propagate(context.world, role);
      return {};
    },
    AttachRolePolicy({ RoleName, PolicyArn = '' }, context) {
      const role = roleNamed(context, RoleName);
      const { attachedPolicies } = role;
      if (!policyExists(context, PolicyArn)) {
        throw noSuch(`Policy ${PolicyArn} does not exist or is not attachable.`);
      }
      if (!attachedPolicies.has(PolicyArn) && attachedPolicies.size >= mostAttached) {
        throw fail('LimitExceededException', `Cannot exceed quota for PoliciesPerRole: ${mostAttached}`);
      }
      attachedPolicies.add(PolicyArn);
      propagate(context.world, role);
      return {};
    },
    DetachRolePolicy({ RoleName, PolicyArn = '' }, context) {
      const role = roleNamed(context, RoleName);
      if (!role.attachedPolicies.delete(PolicyArn)) {
        throw noSuch(`Policy ${PolicyArn} was not found.`);
      }
      propagate(context.world, role);
      return {};
    },
    ListAttachedRolePolicies(input, context) {
      const policies = [...roleNamed(context, input.RoleName).attachedPolicies]
        .map((PolicyArn) => ({ PolicyArn, PolicyName: PolicyArn.split('/').at(-1) ?? '', path: pathIn(PolicyArn) }))
        .filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'));
      const { items, tail } = iamPage(policies, input);
      return { AttachedPolicies: items, ...tail };
    },
  },
  rules: {
    PutRolePolicy: onRole,
    GetRolePolicy: onRole,
    ListRolePolicies: onRole,
    DeleteRolePolicy: onRole,
    AttachRolePolicy: onRoleAndPolicy,
    DetachRolePolicy: onRoleAndPolicy,
    ListAttachedRolePolicies: onRole,
  },
};

/** `/ecs/ambient/` of `arn:aws:iam::1:policy/ecs/ambient/name`. */
const pathIn = (arn: string) =>
  `/${arn
    .split('/')
    .slice(1, -1)
    .map((part) => `${part}/`)
    .join('')}`;
