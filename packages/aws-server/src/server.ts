import { type Clock, type EventLog, type Ids, type Profile, Transitions, type WorkloadRuntime } from '@meshbed/core';
import type { Fabric } from '@meshbed/fabric';
import { type AccountOptions, CredentialStore, seedAccounts, SessionStore, Stores } from './accounts/index.ts';
import { authorizer } from './authorization/index.ts';
import type { Faults, Invoke, World } from './context.ts';
import { createDispatcher } from './dispatch/index.ts';
import type { ImageCatalogue, KubernetesHost } from './hosts.ts';
import { type Gateway, openGateway, type Upgrades } from './http.ts';
import { assumableRole } from './iam/roles.ts';
import { services } from './services.ts';
import { stages } from './transitions.ts';

export interface AwsServerOptions {
  fabric: Fabric;
  clock: Clock;
  ids: Ids;
  log: EventLog;
  /** Default us-east-2. */
  region?: string;
  accounts: readonly AccountOptions[];
  profile: Profile;
  /** Where it answers; default: one of its own on a free port. Whoever opened it closes it, too. */
  gateway?: Gateway;
  runtime: WorkloadRuntime;
  kubernetes: KubernetesHost;
  images: ImageCatalogue;
  /** What goes wrong though everything is in order, as sometimes in clouds. */
  faults?: Faults;
}

export interface AwsServer extends AsyncDisposable {
  /** `http://127.0.0.1:port`, the endpoint of every service. */
  url: string;
  /** An operation as `principal`, with the checks of a call over HTTP but without HTTP. */
  invoke: Invoke;
  /** Temporary credentials. */
  sessions: SessionStore;
  /** Paths on the port that other modules serve as WebSockets. */
  upgrades: Upgrades;
  world: World;
}

/** Serves AWS's APIs for the given accounts on 127.0.0.1. */
export async function startAwsServer(options: AwsServerOptions): Promise<AwsServer> {
  await using stack = new AsyncDisposableStack();
  const { clock } = options;
  const gateway = options.gateway ?? stack.use(await openGateway({ port: 0, clock, latencyMs: 0 }));
  const transitions = stack.use(new Transitions(clock, options.profile, stages, options.faults?.hold));
  const world = createWorld(options, transitions, gateway);
  stack.defer(() => world.atEnd.disposeAsync());
  const { handle, invoke } = createDispatcher(world, services);
  gateway.handle = handle;
  world.invoke = invoke;
  const parts = stack.move();
  return {
    url: gateway.url,
    invoke,
    sessions: world.sessions,
    upgrades: world.upgrades,
    world,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

function createWorld(options: AwsServerOptions, transitions: Transitions, gateway: Gateway): World {
  const { clock, ids, region = 'us-east-2' } = options;
  const stores = new Stores();
  const credentials = new CredentialStore();
  const findRole = (arn: string) => assumableRole(stores, arn);
  seedAccounts(options.accounts, { stores, credentials, ids });
  return {
    fabric: options.fabric,
    clock,
    ids,
    log: options.log,
    region,
    accountIds: new Set(options.accounts.map(({ id }) => id)),
    stores,
    credentials,
    sessions: new SessionStore(credentials, { clock, ids, findRole }),
    transitions,
    runtime: options.runtime,
    kubernetes: options.kubernetes,
    images: options.images,
    faults: options.faults,
    upgrades: gateway.upgrades,
    atEnd: new AsyncDisposableStack(),
    authorize: authorizer({ stores, log: options.log, region }),
    url: () => gateway.url,
    invoke: notListening,
  };
}

function notListening(): never {
  throw new Error('the AWS server does not listen yet');
}
