import type * as IAM from '@aws-sdk/client-iam';
import type { ServiceParts } from '../../service.ts';
import { fail, noSuch } from '../errors.ts';
import { policyExists, roleArn, roleNamed } from '../lookup.ts';
import { iamPage } from '../pages.ts';
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
      roleNamed(context, RoleName).inlinePolicies.set(name, checkIdentityPolicy(PolicyDocument));
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
      if (!roleNamed(context, RoleName).inlinePolicies.delete(PolicyName ?? '')) {
        throw noSuch(`The role policy with name ${PolicyName} cannot be found.`);
      }
      return {};
    },
    AttachRolePolicy({ RoleName, PolicyArn = '' }, context) {
      const { attachedPolicies } = roleNamed(context, RoleName);
      if (!policyExists(context, PolicyArn)) {
        throw noSuch(`Policy ${PolicyArn} does not exist or is not attachable.`);
      }
      if (!attachedPolicies.has(PolicyArn) && attachedPolicies.size >= mostAttached) {
        throw fail('LimitExceededException', `Cannot exceed quota for PoliciesPerRole: ${mostAttached}`);
      }
      attachedPolicies.add(PolicyArn);
      return {};
    },
    DetachRolePolicy({ RoleName, PolicyArn = '' }, context) {
      if (!roleNamed(context, RoleName).attachedPolicies.delete(PolicyArn)) {
        throw noSuch(`Policy ${PolicyArn} was not found.`);
      }
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
