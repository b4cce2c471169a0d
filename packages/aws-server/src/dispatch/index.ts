import type { Principal } from '../accounts/index.ts';
import type { Context, Invoke, World } from '../context.ts';
import { AwsError } from '../errors.ts';
import type { Operation, Service } from '../service.ts';
import { type SignatureScope, signatureScope } from '../signature/index.ts';
import { codecs, type Values, type WireRequest, type WireResponse } from '../wire/index.ts';
import { authenticate } from './authenticate.ts';
import { failureOf } from './failure.ts';
import { Directory, type Found, notImplemented } from './find.ts';
import { perform } from './perform.ts';
import { Tokens } from './tokens.ts';

export interface Dispatcher {
  handle: (request: WireRequest) => Promise<WireResponse>;
  invoke: Invoke;
}

/** One way through for calls over HTTP and calls inside the process. */
export function createDispatcher(world: World, services: readonly Service[]): Dispatcher {
  const directory = new Directory(services);
  const tokens = new Tokens();
  const run = (call: Call) => {
    const context = contextOf(world, call.principal, call.region, call.requestId);
    const outcome = perform(call, call.input, context, tokens);
    outcome.then(
      () => logCall(world, call, 'ok'),
      (error: unknown) => logCall(world, call, error instanceof Error ? error.name : 'failed'),
    );
    return outcome;
  };
  return {
    handle: (request) => handle(world, directory, run, request),
    invoke: (async (principal, serviceName, name, input, region = world.region) => {
      const service = directory.named(serviceName);
      const operation = service?.operation(name);
      if (!service || !operation) {
        throw new AwsError(
          'InvalidAction',
          `The operation ${name} of ${serviceName} is not implemented by this sandbox.`,
        );
      }
      const requestId = world.ids.uuid();
      return run({ service, operation, principal, region, requestId, input: input as Values });
    }) as Invoke,
  };
}

interface Call {
  service: Service;
  operation: Operation;
  principal: Principal;
  region: string;
  requestId: string;
  input: Values;
}

type Run = (call: Call) => Promise<Values>;

async function handle(world: World, directory: Directory, run: Run, request: WireRequest): Promise<WireResponse> {
  const scope = signatureScope(request);
  const found = directory.find(request, scope);
  const codec = codecs[found.protocol];
  const reply = { requestId: world.ids.uuid(), xmlNamespace: found.service?.xmlNamespace ?? '' };
  const response = await answer(world, { request, scope, found, requestId: reply.requestId }, run).then(
    ({ operation, output }) => codec.write(operation, output, reply),
    (error: unknown) => codec.error(failureOf(error, found.service, world.log), reply),
  );
  response.headers['x-amzn-requestid'] = reply.requestId;
  return response;
}

interface Arrived {
  request: WireRequest;
  scope: SignatureScope | undefined;
  found: Found;
  requestId: string;
}

async function answer(world: World, { request, scope, found, requestId }: Arrived, run: Run) {
  const { service, operation } = found;
  const principal = admitted(world, { request, scope, found });
  if (!service || !operation) throw notImplemented(found, scope);
  const input = readInput(found.protocol, operation, request, found.labels);
  const region = scope?.region ?? world.region;
  return { operation, output: await run({ service, operation, principal, region, requestId, input }) };
}

/** Who calls. What nobody may call, or nothing answers, is in the log too. */
function admitted(world: World, { request, scope, found }: Omit<Arrived, 'requestId'>): Principal {
  const { service, operation, action } = found;
  const name = `${service?.name ?? scope?.service ?? 'unknown'}:${operation?.name ?? action}`;
  try {
    const { principal } = authenticate(world, request, scope, found);
    if (!operation) world.log.write('aws', name, { principal: principal.arn, outcome: 'NotImplemented' });
    return principal;
  } catch (error) {
    world.log.write('aws', name, { outcome: error instanceof Error ? error.name : 'failed' });
    throw error;
  }
}

function readInput(
  protocol: Found['protocol'],
  operation: Operation,
  request: WireRequest,
  labels: Found['labels'],
): Values {
  try {
    return codecs[protocol].read(operation, request, labels);
  } catch (cause) {
    throw new AwsError('SerializationException', 'The request body could not be read.', { cause });
  }
}

function contextOf(world: World, principal: Principal, region: string, requestId: string): Context {
  const { account } = principal;
  return {
    account,
    region,
    principal,
    requestId,
    world,
    state: (kind) => world.stores.of(kind, account, region),
    globalState: (kind) => world.stores.of(kind, account),
  };
}

/** `outcome` is `ok` or the error's name. */
function logCall(world: World, { service, operation, principal, region }: Call, outcome: string): void {
  world.log.write('aws', `${service.name}:${operation.name}`, { principal: principal.arn, region, outcome });
}
