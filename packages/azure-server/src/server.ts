import { type Clock, type EventLog, type Hold, type Ids, type Profile, Transitions } from '@meshbed/core';
import type { Fabric } from '@meshbed/fabric';
import type { Answer, Request } from './arm/call.ts';
import { dispatch } from './arm/dispatch.ts';
import { Operations } from './arm/operations.ts';
import { respond } from './arm/respond.ts';
import { ResourceStore } from './arm/store.ts';
import { computeProvider } from './compute/index.ts';
import { containerServiceProvider } from './container-service/index.ts';
import { Directory, type DirectoryContent } from './entra/directory.ts';
import { answerEntra } from './entra/endpoints.ts';
import { TokenAuthority } from './entra/tokens.ts';
import type { KubernetesHost } from './hosts.ts';
import { cloudMetadata } from './metadata.ts';
import { networkProvider } from './network/index.ts';
import { resourcesProvider } from './resources/index.ts';
import { answerRegistration } from './resources/registration.ts';
import { stages } from './transitions.ts';
import type { Faults, World } from './world.ts';

export interface AzureOptions {
  fabric: Fabric;
  clock: Clock;
  ids: Ids;
  log: EventLog;
  profile: Profile;
  directory: DirectoryContent;
  kubernetes: KubernetesHost;
  /** Virtual cores per region; default: what a new subscription has. */
  coreQuota?: number;
  /** Namespaces that are not registered yet; default: none. */
  unregistered?: readonly string[];
  /** Changes that fail though everything is in order, as clouds sometimes do. */
  faults?: Faults;
  /** Keeps resources in their state. */
  hold?: Hold;
  /** `https://localhost:port` */
  url: () => string;
}

/** What answers the requests; it does not listen itself. */
export interface AzureCloud extends Disposable {
  handle(request: Request): Promise<Required<Answer>>;
  world: World;
}

const providers = [resourcesProvider, containerServiceProvider, networkProvider, computeProvider];
const usualCoreQuota = 20;
const pollMs = { instant: 50, fast: 100, real: 10_000 } as const;

/** Azure's Resource Manager and Entra ID for the given directory. */
export function createAzureCloud(options: AzureOptions): AzureCloud {
  const { clock, ids, profile, url, unregistered = [] } = options;
  const transitions = new Transitions(clock, profile, stages, options.hold);
  const directory = new Directory(options.directory);
  const world: World = {
    fabric: options.fabric,
    clock,
    ids,
    log: options.log,
    directory,
    tokens: new TokenAuthority(clock),
    resources: new ResourceStore(),
    operations: new Operations({ clock, ids, url, retryAfterMs: pollMs[profile] }),
    transitions,
    kubernetes: options.kubernetes,
    aks: new Map(),
    registered: new Set(registrations(directory, unregistered)),
    coreQuota: options.coreQuota ?? usualCoreQuota,
    faults: options.faults,
    url,
  };
  return {
    world,
    handle: (request) => respond(world, request, () => answer(world, request)),
    [Symbol.dispose]: () => transitions[Symbol.dispose](),
  };
}

function registrations({ subscriptions }: Directory, unregistered: readonly string[]): string[] {
  const without = unregistered.map((each) => each.toLowerCase());
  const namespaces = providers
    .map(({ namespace }) => namespace.toLowerCase())
    .filter((each) => !without.includes(each));
  return subscriptions.flatMap(({ id }) => namespaces.map((each) => `${id.toLowerCase()} ${each}`));
}

async function answer(world: World, request: Request): Promise<Answer> {
  if (request.path === '/metadata/endpoints') return cloudMetadata(world.url());
  return (
    answerEntra(world, request) ?? answerRegistration(world, providers, request) ?? dispatch(world, providers, request)
  );
}
