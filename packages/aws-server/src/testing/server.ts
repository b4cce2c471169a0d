import { createIds, EventLog, systemClock, type Clock, type WorkloadRuntime } from '@meshbed/core';
import { Fabric } from '@meshbed/fabric';
import type { ImageCatalogue, KubernetesHost } from '../hosts.ts';
import { type AwsServer, startAwsServer } from '../server.ts';
import type { Profile } from '@meshbed/core';

export const local = '111111111111';
export const external = '222222222222';

export const keys: Readonly<Record<string, { accessKeyId: string; secretAccessKey: string }>> = {
  [local]: { accessKeyId: 'AKIALOCALEXAMPLE0001', secretAccessKey: 'local-secret' },
  [external]: { accessKeyId: 'AKIAEXTERNALEXAMPLE1', secretAccessKey: 'external-secret' },
};

export interface TestServerOptions {
  clock?: Clock;
  profile?: Profile;
  runtime?: WorkloadRuntime;
  kubernetes?: KubernetesHost;
  images?: ImageCatalogue;
}

export interface TestServer extends AsyncDisposable {
  aws: AwsServer;
  fabric: Fabric;
  /** What every SDK client of that account's administrator is made with. */
  client(account?: string): ClientConfiguration;
}

export interface ClientConfiguration {
  region: string;
  endpoint: string;
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  maxAttempts: number;
}

const unused = new Proxy(
  {},
  {
    get(_, name) {
      throw new Error(`this test gave the server nothing for ${String(name)}`);
    },
  },
);

/** A server with two accounts, one administrator each, on a free port. */
export async function testServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { clock = systemClock, profile = 'instant' } = options;
  const ids = createIds('test');
  const log = new EventLog(clock);
  const fabric = new Fabric({ clock, ids, log });
  const aws = await startAwsServer({
    fabric,
    clock,
    ids,
    log,
    profile,
    accounts: [local, external].map((id) => ({ id, users: [{ name: 'admin', ...keyOf(id) }] })),
    runtime: options.runtime ?? (unused as WorkloadRuntime),
    kubernetes: options.kubernetes ?? (unused as KubernetesHost),
    images: options.images ?? { pullProblem: () => undefined },
  });
  return {
    aws,
    fabric,
    client: (account = local) => ({
      region: 'us-east-2',
      endpoint: aws.url,
      credentials: keyOf(account),
      maxAttempts: 1,
    }),
    async [Symbol.asyncDispose]() {
      await aws[Symbol.asyncDispose]();
      await fabric[Symbol.asyncDispose]();
    },
  };
}

const keyOf = (account: string) => keys[account] ?? { accessKeyId: '', secretAccessKey: '' };
