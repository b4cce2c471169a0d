import { messageOf } from '@meshbed/core';
import { type SessionRequest, serviceOf } from './accounts/index.ts';
import type { SessionCredential } from './accounts/sessions.ts';
import { authorizeAssumeRole } from './authorization/assume-role.ts';
import type { World } from './context.ts';
import { roleByArn } from './iam/roles.ts';

export type Assumption =
  | { state: 'assumed'; credential: SessionCredential }
  | { state: 'refused'; reason: 'role-missing' | 'trust'; message: string };

export interface AssumptionRequest extends SessionRequest {
  roleArn: string;
  /** Account that the service acts in. */
  account: string;
  /** Further condition keys of the request, as `aws:SourceAccount`. */
  keys?: Readonly<Record<string, string>>;
}

/** What `service` (`ecs-tasks.amazonaws.com`) gets when it assumes a role that a customer handed to it. */
export function assumeAsService(world: World, service: string, request: AssumptionRequest): Assumption {
  const { roleArn, account, keys = {}, ...session } = request;
  const role = roleByArn(world.stores, roleArn);
  if (!role) return { state: 'refused', reason: 'role-missing', message: `The role ${roleArn} does not exist.` };
  try {
    authorizeAssumeRole(world, serviceOf(account, service), {
      roleArn,
      role,
      tags: new Map(session.tags),
      transitiveTagKeys: [...(session.transitiveTagKeys ?? [])],
      keys: { 'sts:RoleSessionName': session.sessionName, ...keys },
    });
  } catch (error) {
    return { state: 'refused', reason: 'trust', message: messageOf(error) };
  }
  return { state: 'assumed', credential: world.sessions.issue(roleArn, session) };
}
