import { ArmError } from '../errors.ts';
import type { RoleName } from '../entra/directory.ts';
import type { Claims } from '../entra/tokens.ts';
import type { World } from '../world.ts';

const permits: Readonly<Record<RoleName, (action: string) => boolean>> = {
  Owner: () => true,
  Contributor: (action) => !/^Microsoft\.Authorization\/.*\/(write|delete|elevateAccess\/action)$/i.test(action),
  Reader: (action) => action.endsWith('/read'),
};

const verbs: Readonly<Record<string, string>> = {
  GET: 'read',
  HEAD: 'read',
  PUT: 'write',
  PATCH: 'write',
  DELETE: 'delete',
};

/** `Microsoft.ContainerService/managedClusters/write` */
export function actionOf(method: string, type: string, action: string | undefined): string {
  return `${type}/${action === undefined ? (verbs[method] ?? 'action') : `${action}/action`}`;
}

/** Azure's roles decide. @throws ArmError AuthorizationFailed */
export function authorize({ directory, log }: World, { appid, oid }: Claims, action: string, scope: string): void {
  if (directory.rolesAt(oid, scope).some((role) => permits[role](action))) return;
  log.write('arm', 'denied', { appid, action, scope });
  throw new ArmError(
    403,
    'AuthorizationFailed',
    `The client '${appid}' with object id '${oid}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  );
}
