import {
  type AwsServer,
  createDefaultVpc,
  type Faults,
  latencyMs,
  resetAccount,
  startAwsServer,
} from '@meshbed/aws-server';
import { type AzureServer, type Faults as AzureFaults, startAzureServer } from '@meshbed/azure-server';
import type { Clock, EventLog } from '@meshbed/core';
import type { Fabric } from '@meshbed/fabric';
import { type KubeCluster, type KubeServer, startKubeServer } from '@meshbed/kube-server';
import { type AzureChoice, type AzurePrincipals, createAzurePrincipals, directoryOf } from './azure/profile.ts';
import { type Base, createBase, parts } from './base.ts';
import { createCatalogue, type ImageMeaning } from './catalogue.ts';
import { AksHost } from './cluster/aks/host.ts';
import { EksHost } from './cluster/eks/host.ts';
import type { ControlAccess } from './control/client.ts';
import type { FaultRegistry } from './faults/index.ts';
import type { AccountProfile, InstanceDirectory } from './instance/directory.ts';
import { type AccountChoices, type Accounts, administratorOf, createAccounts } from './instance/keys.ts';
import { addInternet, awsHost } from './internet.ts';
import { registryOf } from './runtime/catalogue.ts';
import { Runtime } from './runtime/index.ts';
import { nothingAround } from './runtime/network.ts';

/** How long things take: not at all, a few milliseconds, or as in the real clouds. */
export type Profile = 'instant' | 'fast' | 'real';

export interface SandboxOptions {
  /** Default: ids that no one owns, profiles `local` and `external`. */
  accounts?: AccountChoices;
  region?: string;
  profile?: Profile;
  /** The same seed gives the same ids, names and addresses. */
  seed?: string;
  clock?: Clock;
  /** Port of the AWS APIs; default, and 0: a free one. A busy one is an error. */
  port?: number;
  /** Whether each account begins with a default VPC, as new accounts do; default: with nothing. */
  defaultVpcs?: boolean;
  /** Images that run commands of this machine, or that stand for another image. */
  images?: Readonly<Record<string, ImageMeaning>>;
  /** Registries that images are pulled from, besides the well-known ones and those of `images`: `host` or `host:port`. */
  registries?: readonly string[];
  /** Variables that commands inherit; without PATH no command is found. */
  machine?: Readonly<Record<string, string>>;
  /** Where the instance directory is made; default: the system's temporary folder. */
  parent?: string;
  /** What goes wrong though everything is in order, decided by a program; see also `Sandbox.faults`. */
  faults?: Faults;
  /** The subscription of scenario 4; default: one that nobody owns. */
  azure?: AzureChoice;
  /** Changes in Azure that fail though everything is in order. */
  azureFaults?: AzureFaults;
}

/** Intervals of health checks and probes are those of the clouds, times this. */
const paces: Record<Profile, number> = { instant: 0.002, fast: 0.01, real: 1 };

/**
 * How often istiod asks ECS for news, where its own default is meant for a sandbox; and how soon ztunnel closes what
 * nobody uses, where every proxy of the mesh is in this process.
 */
const paceOfPrograms: Record<Profile, Readonly<Record<string, string>>> = {
  instant: { POOL_UNUSED_RELEASE_TIMEOUT: '1s' },
  fast: { POOL_UNUSED_RELEASE_TIMEOUT: '1s' },
  real: { ECS_DISCOVERY_INTERVAL: '5s' },
};

/** What a sandbox tells about itself. */
export interface SandboxFacts {
  pid: number;
  region: string;
  profile: Profile;
  urls: { aws: string; azure: string; kubernetes: string; control: string };
  accounts: { id: string; profile: string }[];
  /** Names of the Kubernetes clusters. */
  clusters: string[];
  directory: string;
  /** Of the process. */
  memoryBytes: number;
}

/** What answers in one sandbox, and to whom. */
interface Servers {
  aws: AwsServer;
  kube: KubeServer;
  accounts: Accounts;
  azure: AzureServer;
  principals: AzurePrincipals;
}

/** A running sandbox: AWS, Azure and Kubernetes APIs on 127.0.0.1 over one modelled network. */
export class Sandbox implements AsyncDisposable {
  readonly fabric: Fabric;
  readonly log: EventLog;
  readonly region: string;
  readonly directory: InstanceDirectory;
  readonly aws: AwsServer;
  readonly kube: KubeServer;
  readonly accounts: Accounts;
  readonly azure: AzureServer;
  /** Who may do what in Azure: `home` is that of the scenarios. */
  readonly principals: AzurePrincipals;
  /** Points aws, kubectl, istioctl and SDKs at this instance. */
  readonly environment: Readonly<Record<string, string>>;
  readonly clock: Clock;
  /** The control API, for `controlClient`. */
  readonly control: ControlAccess;
  /** Faults to add and clear. */
  readonly faults: FaultRegistry;
  /** Resolves when somebody asks over the control API to end it. */
  readonly stopAsked: Promise<void>;
  readonly stop: () => void;
  readonly #profile: Profile;
  readonly #defaultVpcs: boolean;
  readonly #stack: AsyncDisposableStack;

  constructor(base: Base, servers: Servers, stack: AsyncDisposableStack) {
    this.fabric = base.fabric;
    this.log = base.log;
    this.region = base.region;
    this.directory = base.directory;
    this.aws = servers.aws;
    this.kube = servers.kube;
    this.accounts = servers.accounts;
    this.azure = servers.azure;
    this.principals = servers.principals;
    this.environment = {
      ...base.directory.environment({
        region: base.region,
        profile: servers.accounts.local.profile,
        endpoint: servers.aws.url,
        azure: { ...servers.principals.home, url: servers.azure.url },
      }),
      ...(base.clockUrl === undefined ? {} : { MESHBED_CLOCK: base.clockUrl }),
    };
    this.clock = base.clock;
    this.control = base.control;
    this.faults = base.faults;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.stopAsked = promise;
    this.stop = resolve;
    this.#profile = base.profile;
    this.#defaultVpcs = base.defaultVpcs;
    this.#stack = stack;
  }

  /** Makes an account as new. */
  async resetAccount(account: AccountProfile): Promise<void> {
    await resetAccount(this.aws.world, administratorOf(account));
    if (this.#defaultVpcs) await createDefaultVpc(this.aws.world, account.accountId);
  }

  facts(): SandboxFacts {
    return {
      pid: process.pid,
      region: this.region,
      profile: this.#profile,
      urls: { aws: this.aws.url, azure: this.azure.url, kubernetes: this.kube.url, control: this.control.url },
      accounts: Object.values(this.accounts).map(({ accountId: id, profile }) => ({ id, profile })),
      clusters: [...this.kube.clusters.keys()],
      directory: this.directory.path,
      memoryBytes: process.memoryUsage.rss(),
    };
  }

  /** Ends every program, closes every port and removes the instance directory. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

/** Starts a sandbox; ready when the promise resolves. Dispose it with `await using`. */
export async function createSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  await using stack = new AsyncDisposableStack();
  const base = await createBase(options, stack);
  const { tls, caPem } = base.identity;
  const callMs = latencyMs(base.profile, 'kubernetes-call', 'sent');
  const kube = stack.use(await startKubeServer({ ...base, tls, caPem, latencyMs: callMs }));
  base.readiness.reached(parts.kubernetes);
  const runtime = stack.use(createRuntime(base, options));
  const kubernetes = stack.use(createEksHost(base, { kube, runtime, aws: () => aws }));
  const accounts = createAccounts(base.ids, options.accounts);
  const aws: AwsServer = stack.use(
    await startAwsServer({
      ...base,
      accounts: Object.values(accounts).map(administratorOf),
      runtime: runtime.for(() => ({ around: nothingAround })),
      kubernetes,
      images: { pullProblem: (image, from) => problemOf(runtime.pull(image, from)) },
    }),
  );
  if (options.defaultVpcs)
    for (const { accountId } of Object.values(accounts)) await createDefaultVpc(aws.world, accountId);
  base.readiness.reached(parts.aws);
  addInternet(base.fabric, {
    awsPort: Number(new URL(aws.url).port),
    region: base.region,
    registries: [...(options.registries ?? []), ...Object.keys(options.images ?? {}).map(registryOf)],
  });
  const principals = createAzurePrincipals(base.ids, options.azure);
  const azure = stack.use(await startAzure(base, { kube, runtime, principals, options, stack }));
  const sandbox = new Sandbox(base, { aws, kube, accounts, azure, principals }, stack.move());
  base.directory.writeAzure({ ...principals.home, url: azure.url });
  base.directory.writeAws(Object.values(accounts), { region: base.region, endpoint: aws.url });
  base.directory.writeEnvironment(sandbox.environment);
  base.running.sandbox = sandbox;
  base.readiness.reached(parts.azure);
  base.readiness.reached(parts.directory);
  return sandbox;
}

function createRuntime({ fabric, clock, profile, region, directory }: Base, options: SandboxOptions): Runtime {
  const { machine = {}, images = {} } = options;
  return new Runtime({
    fabric,
    clock,
    pace: paces[profile],
    catalogue: createCatalogue({ images, machine }),
    machine,
    environment: () => ({ AWS_ENDPOINT_URL: `http://${awsHost}`, AWS_REGION: region, ...paceOfPrograms[profile] }),
    folder: directory.file('containers'),
  });
}

function createEksHost(base: Base, servers: { kube: KubeServer; runtime: Runtime; aws: () => AwsServer }): EksHost {
  return new EksHost({ ...servers, ...hosting(base) });
}

/** What hosts of clusters share: every cluster is in the instance's kubeconfig. */
function hosting({ fabric, directory, identity: { caPem } }: Pick<Base, 'fabric' | 'directory' | 'identity'>) {
  const certificateAuthorityData = Buffer.from(caPem).toString('base64');
  return {
    fabric,
    caPem,
    added: ({ name, server, adminToken: token }: KubeCluster) =>
      directory.addContext({ name, server, token, certificateAuthorityData }),
    removed: (name: string) => directory.removeContext(name),
  };
}

interface AzureParts {
  kube: KubeServer;
  runtime: Runtime;
  principals: AzurePrincipals;
  options: SandboxOptions;
  stack: AsyncDisposableStack;
}

function startAzure(
  { faults: registry, ...base }: Base,
  { kube, runtime, principals, options, stack }: AzureParts,
): Promise<AzureServer> {
  const kubernetes = stack.use(new AksHost({ kube, runtime, profile: base.profile, ...hosting(base) }));
  const { azure: { coreQuota } = {}, azureFaults: faults } = options;
  return startAzureServer({
    ...base,
    hold: registry.hold,
    tls: base.identity.tls,
    directory: directoryOf(base.ids, principals),
    kubernetes,
    ...(coreQuota === undefined ? {} : { coreQuota }),
    faults: (change) => faults?.(change) ?? registry.azure(change),
  });
}

const problemOf = (pulled: object): string | undefined => ('problem' in pulled ? String(pulled.problem) : undefined);
