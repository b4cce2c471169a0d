import { type AwsServer, startAwsServer } from '@meshbed/aws-server';
import { type Clock, createIds, EventLog, type Ids, systemClock } from '@meshbed/core';
import { Fabric } from '@meshbed/fabric';
import { type KubeServer, startKubeServer } from '@meshbed/kube-server';
import { Authority, createKeyPair, privateKeyPem, publicKeyDer } from '@meshbed/x509';
import { createCatalogue } from './catalogue.ts';
import { ClusterHost } from './cluster/host.ts';
import type { CommandImage } from './images/command.ts';
import { type AccountProfile, InstanceDirectory } from './instance/directory.ts';
import { createAccessKey } from './instance/keys.ts';
import { addInternet, awsHost } from './internet.ts';
import { Runtime } from './runtime/index.ts';

/** How long things take: not at all, a few milliseconds, or as in the real clouds. */
export type Profile = 'instant' | 'fast' | 'real';

export interface SandboxOptions {
  /** Account ids; default: one reserved, unmistakably fake pair. */
  accounts?: { local: string; external?: string };
  region?: string;
  profile?: Profile;
  /** Ids, names and addresses are the same for the same seed. */
  seed?: string;
  clock?: Clock;
  /** Port of the AWS APIs; default: a free one. */
  port?: number;
  /** Images that run commands of this machine. */
  images?: Readonly<Record<string, CommandImage>>;
  /** Variables that commands inherit; PATH at least. */
  machine?: Readonly<Record<string, string>>;
  /** Where the instance directory is made; default: the system's temporary folder. */
  parent?: string;
}

const reservedAccounts = { local: '000000000001', external: '000000000002' };
const hourMs = 3_600_000;

/** A running sandbox: AWS and Kubernetes APIs on 127.0.0.1 over one modelled network. */
export class Sandbox implements AsyncDisposable {
  readonly fabric: Fabric;
  readonly aws: AwsServer;
  readonly kube: KubeServer;
  readonly log: EventLog;
  readonly directory: InstanceDirectory;
  readonly accounts: { local: AccountProfile; external: AccountProfile };
  readonly region: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly #stack: AsyncDisposableStack;

  private constructor(
    parts: Pick<Sandbox, 'fabric' | 'aws' | 'kube' | 'log' | 'directory' | 'accounts' | 'region' | 'environment'>,
    stack: AsyncDisposableStack,
  ) {
    this.fabric = parts.fabric;
    this.aws = parts.aws;
    this.kube = parts.kube;
    this.log = parts.log;
    this.directory = parts.directory;
    this.accounts = parts.accounts;
    this.region = parts.region;
    this.environment = parts.environment;
    this.#stack = stack;
  }

  static async start(options: SandboxOptions): Promise<Sandbox> {
    await using stack = new AsyncDisposableStack();
    const parts = await startParts(options, stack);
    return new Sandbox(parts, stack.move());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

async function startParts(options: SandboxOptions, stack: AsyncDisposableStack) {
  const { clock = systemClock, region = 'us-east-2', profile = 'fast', machine = {} } = options;
  const ids = createIds(options.seed);
  const log = new EventLog(clock);
  const directory = stack.use(new InstanceDirectory(options.parent));
  const fabric = stack.use(new Fabric({ clock, ids, log }));
  const { authority, tls } = serverCertificate(clock);
  const kube = stack.use(await startKubeServer({ clock, ids, log, tls, caPem: authority.certificatePem }));
  const runtime = stack.use(
    new Runtime({
      fabric,
      clock,
      pace: pace[profile],
      catalogue: createCatalogue({ images: options.images ?? {}, machine }),
      machine,
      environment: () => ({ AWS_ENDPOINT_URL: `http://${awsHost}`, AWS_REGION: region }),
      folder: directory.file('containers'),
    }),
  );
  const kubernetes = stack.use(
    new ClusterHost({
      fabric,
      kube,
      runtime,
      aws: () => aws,
      caPem: authority.certificatePem,
      added: ({ name, server, adminToken }) =>
        directory.addContext({
          name,
          server,
          token: adminToken,
          certificateAuthorityData: Buffer.from(authority.certificatePem).toString('base64'),
        }),
      removed: (name) => directory.removeContext(name),
    }),
  );
  const accounts = createAccounts(options.accounts ?? reservedAccounts, ids);
  const aws: AwsServer = stack.use(
    await startAwsServer({
      fabric,
      clock,
      ids,
      log,
      region,
      profile,
      ...(options.port === undefined ? {} : { port: options.port }),
      accounts: Object.values(accounts).map(({ accountId, accessKeyId, secretAccessKey }) => ({
        id: accountId,
        users: [{ name: 'operator', accessKeyId, secretAccessKey }],
      })),
      runtime: runtime.for(() => ({ around: nothingAround })),
      kubernetes,
      images: { pullProblem: (image, from) => problemOf(runtime.pull(image, from)) },
    }),
  );
  addInternet(fabric, Number(new URL(aws.url).port));
  const environment = directory.environment(region, accounts.local.profile);
  directory.writeCertificateAuthority(authority.certificatePem);
  directory.writeAws(Object.values(accounts), { region, endpoint: aws.url });
  directory.writeEnvironment(environment);
  return { fabric, aws, kube, log, directory, accounts, region, environment };
}
