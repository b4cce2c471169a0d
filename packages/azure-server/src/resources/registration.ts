import type { Answer, Request } from '../arm/call.ts';
import { authenticate, requireTenant } from '../arm/authenticate.ts';
import { authorize } from '../arm/authorize.ts';
import type { Provider } from '../arm/provider.ts';
import { parseResourceId } from '../arm/resource-id.ts';
import { invalid, missing } from '../errors.ts';
import { locations } from '../locations.ts';
import type { World } from '../world.ts';

/** `/subscriptions/S/providers[/NAMESPACE[/register]]`; undefined: another path. */
export function answerRegistration(world: World, providers: readonly Provider[], request: Request): Answer | undefined {
  const { subscription, group, namespace, types, names } = parseResourceId(request.path);
  if (subscription === undefined || group !== undefined || names.length > (namespace === undefined ? 1 : 0))
    return undefined;
  const verb = types.at(-1)?.toLowerCase();
  const isList = namespace === undefined && verb === 'providers';
  const isOne = namespace !== undefined && (types.length === 0 || (types.length === 1 && isRegistration(verb)));
  if (!isList && !isOne) return undefined;
  const caller = authenticate(world, request);
  requireTenant(world, caller, subscription);
  if (!request.query.get('api-version')) {
    const text = 'The api-version query parameter (?api-version=) is required for all requests.';
    throw invalid('MissingApiVersionParameter', text);
  }
  const action = isRegistration(verb)
    ? `${namespace}/${verb}/action`
    : 'Microsoft.Resources/subscriptions/providers/read';
  authorize(world, caller, action, `/subscriptions/${subscription}`);
  if (isList) return { status: 200, body: { value: providers.map((each) => view(world, subscription, each)) } };
  const provider = providers.find((each) => each.namespace.toLowerCase() === namespace?.toLowerCase());
  if (!provider) throw missing('InvalidResourceNamespace', `The resource namespace '${namespace}' is invalid.`);
  const key = `${subscription.toLowerCase()} ${provider.namespace.toLowerCase()}`;
  if (request.method === 'POST' && verb === 'register') world.registered.add(key);
  if (request.method === 'POST' && verb === 'unregister') world.registered.delete(key);
  return { status: 200, body: view(world, subscription, provider) };
}

const isRegistration = (verb: string | undefined) => verb === 'register' || verb === 'unregister';

function view({ registered }: World, subscription: string, { namespace, types }: Provider) {
  const isRegistered = registered.has(`${subscription.toLowerCase()} ${namespace.toLowerCase()}`);
  return {
    id: `/subscriptions/${subscription}/providers/${namespace}`,
    namespace,
    registrationPolicy: 'RegistrationRequired',
    registrationState: isRegistered ? 'Registered' : 'NotRegistered',
    resourceTypes: Object.entries(types).map(([resourceType, { versions }]) => ({
      resourceType,
      locations: locations.map(({ displayName }) => displayName),
      apiVersions: [versions.last, versions.first],
      capabilities: 'None',
    })),
  };
}
