import type * as IAM from '@aws-sdk/client-iam';
import type { Context } from '../../context.ts';
import type { ServiceParts } from '../../service.ts';
import { noSuch } from '../errors.ts';
import { iamState } from '../lookup.ts';
import { iamPage } from '../pages.ts';
import type { IamUser } from '../state.ts';

const shapeOf = ({ name, id, arn }: IamUser): IAM.User => ({
  Path: '/',
  UserName: name,
  UserId: id,
  Arn: arn,
  CreateDate: new Date(0),
});

function userNamed(context: Context, name: string | undefined): IamUser {
  const { principal } = context;
  const wanted = name ?? (principal.kind === 'user' ? principal.name : undefined);
  const user = iamState(context).users.get(wanted ?? '');
  if (!user) throw noSuch(`The user with name ${wanted} cannot be found.`);
  return user;
}

const arnOf = ({ account, principal }: Context, name: string | undefined) =>
  name === undefined ? principal.arn : `arn:aws:iam::${account}:user/${name}`;

export const userOperations: ServiceParts<typeof IAM> = {
  handlers: {
    GetUser: ({ UserName }, context) => ({ User: shapeOf(userNamed(context, UserName)) }),
    ListUsers(input, context) {
      // Every user of the sandbox is in the path /.
      const users = (input.PathPrefix ?? '/') === '/' ? [...iamState(context).users.values()] : [];
      const { items, tail } = iamPage(users, input);
      return { Users: items.map(shapeOf), ...tail };
    },
    ListUserPolicies(input, context) {
      const { items, tail } = iamPage([...userNamed(context, input.UserName).inlinePolicies.keys()], input);
      return { PolicyNames: items, ...tail };
    },
    // Neither groups nor aliases of the account can be made here.
    ListGroupsForUser({ UserName }, context) {
      userNamed(context, UserName);
      return { Groups: [], IsTruncated: false };
    },
    ListAccountAliases: () => ({ AccountAliases: [], IsTruncated: false }),
    ListAttachedUserPolicies(input, context) {
      const { items, tail } = iamPage([...userNamed(context, input.UserName).attachedPolicies], input);
      return {
        AttachedPolicies: items.map((PolicyArn) => ({ PolicyArn, PolicyName: PolicyArn.split('/').at(-1) })),
        ...tail,
      };
    },
  },
  rules: {
    GetUser: { resources: ({ UserName }, context) => [arnOf(context, UserName)] },
    ListUserPolicies: { resources: ({ UserName }, context) => [arnOf(context, UserName)] },
    ListGroupsForUser: { resources: ({ UserName }, context) => [arnOf(context, UserName)] },
    ListAttachedUserPolicies: {
      resources: ({ UserName }, context) => [arnOf(context, UserName)],
      accepts: 'UserName Marker MaxItems',
    },
  },
};
