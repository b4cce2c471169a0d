import type { AssumableRole } from '../accounts/sessions.ts';
import type { Stores } from '../accounts/stores.ts';
import { type IamRole, IamState } from './state.ts';

/** The role with that ARN, in whatever account. The ARN includes the role's path. */
export function roleByArn(stores: Stores, arn: string): IamRole | undefined {
  const [, , , , account = '', resource = ''] = arn.split(':');
  const role = stores.of(IamState, account).roles.get(resource.split('/').at(-1) ?? '');
  return role?.arn === arn ? role : undefined;
}

/** Users and roles by unique id; trust policies name them so. */
export function holderById(stores: Stores, id: string): { arn: string } | undefined {
  for (const { roles, users } of stores.all(IamState)) {
    for (const holder of [...roles.values(), ...users.values()]) if (holder.id === id) return holder;
  }
  return undefined;
}

export function assumableRole(stores: Stores, arn: string): AssumableRole | undefined {
  const role = roleByArn(stores, arn);
  return role && { account: arn.split(':')[4] ?? '', name: role.name, arn, id: role.id, tags: role.tags };
}
