import { ArmError } from '../errors.ts';

/** What a path names: `/subscriptions/S/resourceGroups/G/providers/NAMESPACE/type/name/childType/childName`. */
export interface ResourceId {
  subscription: string | undefined;
  group: string | undefined;
  namespace: string | undefined;
  /** After the namespace; without one, of the Resource Manager itself. */
  types: readonly string[];
  names: readonly string[];
}

/** Keywords compare in lower case, names keep the case of the caller. @throws ArmError for escapes that can't be read */
export function parseResourceId(path: string): ResourceId {
  const segments = path
    .split('/')
    .filter((segment) => segment !== '')
    .map(decoded);
  const next = (keyword: string) => (segments[0]?.toLowerCase() === keyword ? segments.splice(0, 2)[1] : undefined);
  const subscriptions = segments[0]?.toLowerCase() === 'subscriptions';
  const subscription = next('subscriptions');
  const groups = segments[0]?.toLowerCase() === 'resourcegroups';
  const group = next('resourcegroups');
  const providers = segments[0]?.toLowerCase() === 'providers';
  const namespace = next('providers');
  const types = segments.filter((_, index) => index % 2 === 0);
  const names = segments.filter((_, index) => index % 2 === 1);
  if (namespace !== undefined) return { subscription, group, namespace, types, names };
  const own = [
    ...(subscriptions ? ['subscriptions'] : []),
    ...(groups ? ['resourceGroups'] : []),
    ...(providers ? ['providers'] : []),
  ];
  const ownNames = [subscription, group].filter((name) => name !== undefined);
  return { subscription, group, namespace, types: [...own, ...types], names: [...ownNames, ...names] };
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new ArmError(400, 'BadRequest', `The path segment '${segment}' is not well-formed.`);
  }
}

export const groupId = (subscription: string, group: string): string =>
  `/subscriptions/${subscription}/resourceGroups/${group}`;

export const resourceId = (group: string, namespace: string, ...typesAndNames: readonly string[]): string =>
  `${group}/providers/${namespace}/${typesAndNames.join('/')}`;

/** How the store knows a resource: paths compare without case. */
export const keyOf = (id: string): string => id.toLowerCase().replace(/\/+$/, '');
