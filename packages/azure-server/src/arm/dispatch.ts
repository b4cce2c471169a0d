import { suggestion } from '@meshbed/core';
import { ArmError, invalid, missing } from '../errors.ts';
import type { World } from '../world.ts';
import { authenticate, requireTenant } from './authenticate.ts';
import { actionOf, authorize } from './authorize.ts';
import type { Answer, Call, Handler, Request } from './call.ts';
import { findType, type Provider, type ResourceType } from './provider.ts';
import { groupId, parseResourceId, type ResourceId } from './resource-id.ts';
import { checkVersion } from './versions.ts';

/** The provider of what has no namespace in its path. */
const resources = 'Microsoft.Resources';

interface Operation {
  handler: Handler;
  type: ResourceType;
  /** `Microsoft.ContainerService/managedClusters` */
  name: string;
  action: string | undefined;
}

/** Checks a request as the Resource Manager does, from who asks to what is asked for, and hands it to its provider. */
export async function dispatch(world: World, providers: readonly Provider[], request: Request): Promise<Answer> {
  const id = parseResourceId(request.path);
  const caller = authenticate(world, request);
  if (id.subscription !== undefined) requireTenant(world, caller, id.subscription);
  const polled = poll(world, id, request);
  if (polled) return polled;
  const operation = findOperation(providers, id, request);
  const version = checkVersion(request.query.get('api-version'), operation.name, operation.type.versions);
  const resource = withoutAction(request.path, operation.action);
  if (id.subscription !== undefined)
    authorize(world, caller, actionOf(request.method, operation.name, operation.action), resource);
  const call: Call = {
    world,
    request,
    id,
    subscription: world.directory.subscription(id.subscription ?? '')?.id ?? '',
    group: requireGroup(world, id),
    resource,
    name: id.names.at(-1) ?? '',
    version,
    caller,
    body: () => bodyOf(request),
  };
  requireRegistration(call, operation.type);
  const fault = await faultOf(call);
  if (fault) throw fault;
  return operation.handler(call);
}

/** Whether it fails though nothing is wrong with it. */
async function faultOf({ world, request: { method }, resource, subscription, caller }: Call) {
  const fault = await world.calls?.({ method, id: resource, subscription, caller: caller.appid });
  return fault ?? (isChange({ method }) ? world.faults?.({ when: 'accept', method, id: resource }) : undefined);
}

const isChange = ({ method }: Pick<Request, 'method'>) => method !== 'GET' && method !== 'HEAD';

/** Where operations that take long stand. */
function poll(
  world: World,
  { subscription = '', types, names }: ResourceId,
  { path, query }: Request,
): Answer | undefined {
  const [location, kind] = types.map((type) => type.toLowerCase());
  const operation = names[1];
  if (location !== 'locations' || operation === undefined) return undefined;
  if (kind === 'operations') return world.operations.status(subscription, operation);
  if (kind === 'operationresults')
    return world.operations.result(subscription, operation, `${world.url()}${path}?${query.toString()}`);
  return undefined;
}

function findOperation(
  providers: readonly Provider[],
  { namespace, types, names }: ResourceId,
  { method, path }: Request,
): Operation {
  const wanted = (namespace ?? resources).toLowerCase();
  const provider = providers.find((each) => each.namespace.toLowerCase() === wanted);
  if (!provider) throw missing('InvalidResourceNamespace', `The resource namespace '${namespace}' is invalid.`);
  const isCollection = types.length > names.length;
  const acts = method === 'POST' && isCollection && types.length > 1;
  const action = acts ? types.at(-1) : undefined;
  const typePath = (acts ? types.slice(0, -1) : types).join('/');
  const [type, definition] = findType(provider, typePath) ?? unknownType(provider, typePath);
  const name = `${provider.namespace}/${type}`;
  const handler = handlerOf(definition, { method, action, isCollection: isCollection && !acts });
  if (handler) return { handler, type: definition, name, action };
  const what = action === undefined ? `The HTTP method '${method}'` : `The action '${action}'`;
  throw new ArmError(
    405,
    'HttpMethodNotSupported',
    `${what} is not supported by this sandbox for '${name}' at scope '${path}'.`,
  );
}

function unknownType({ namespace, types }: Provider, wanted: string): never {
  const near = suggestion(wanted, Object.keys(types));
  const text = `The resource type '${wanted}' could not be found in the namespace '${namespace}'.`;
  throw missing('InvalidResourceType', near === '' ? text : `${text} ${near}`);
}

interface Asked {
  method: string;
  action: string | undefined;
  isCollection: boolean;
}

function handlerOf(type: ResourceType, { method, action, isCollection }: Asked): Handler | undefined {
  if (action !== undefined) return type.actions?.[action.toLowerCase()];
  if (isCollection) return method === 'GET' ? type.list : undefined;
  const methods: Readonly<Record<string, Handler | undefined>> = {
    GET: type.get,
    HEAD: type.head,
    PUT: type.put,
    PATCH: type.patch,
    DELETE: type.delete,
  };
  return methods[method];
}

const withoutAction = (path: string, action: string | undefined) =>
  action === undefined ? path.replace(/\/+$/, '') : path.slice(0, path.replace(/\/+$/, '').lastIndexOf('/'));

/** @throws ArmError ResourceGroupNotFound */
function requireGroup({ resources: store }: World, { subscription, group, namespace }: ResourceId): string {
  if (subscription === undefined || group === undefined) return '';
  const id = groupId(subscription, group);
  const found = store.get(id);
  if (found) return found.id;
  if (namespace === undefined) return id;
  throw missing('ResourceGroupNotFound', `Resource group '${group}' could not be found.`);
}

function requireRegistration({ world, subscription, id, request }: Call, { needsRegistration }: ResourceType): void {
  const { namespace } = id;
  if (!needsRegistration || request.method !== 'PUT' || namespace === undefined) return;
  if (world.registered.has(`${subscription.toLowerCase()} ${namespace.toLowerCase()}`)) return;
  throw new ArmError(
    409,
    'MissingSubscriptionRegistration',
    `The subscription is not registered to use namespace '${namespace}'. See https://aka.ms/rps-not-found for how to register subscriptions.`,
  );
}

function bodyOf({ text }: Request): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  } catch {
    // said below
  }
  throw invalid('InvalidRequestContent', 'The request content was invalid and could not be deserialized.');
}
