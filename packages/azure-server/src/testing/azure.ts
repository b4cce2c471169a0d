import { type Clock, createIds, EventLog, systemClock } from '@meshbed/core';
import { Fabric } from '@meshbed/fabric';
import { Authority, createKeyPair, privateKeyPem, publicKeyDer } from '@meshbed/x509';
import type { RoleName } from '../entra/directory.ts';
import type { AzureCloud } from '../server.ts';
import { type AzureServer, type AzureServerOptions, startAzureServer } from '../start.ts';
import { FakeKubernetes } from './fake-kubernetes.ts';

const home = {
  tenant: '00000000-0000-0000-0000-0000000000a1',
  subscription: '00000000-0000-0000-0000-0000000000b1',
};
const other = {
  tenant: '00000000-0000-0000-0000-0000000000a2',
  subscription: '00000000-0000-0000-0000-0000000000b2',
};

export type Who = 'owner' | 'reader' | 'nobody' | 'stranger';

export interface TestPrincipal {
  tenant: string;
  subscription: string;
  clientId: string;
  role: RoleName | undefined;
}

/** Service principals of the home subscription, and a stranger who owns another one. */
export const principals: Readonly<Record<Who, TestPrincipal>> = {
  owner: { ...home, clientId: 'c0000000-0000-0000-0000-000000000001', role: 'Owner' },
  reader: { ...home, clientId: 'c0000000-0000-0000-0000-000000000002', role: 'Reader' },
  nobody: { ...home, clientId: 'c0000000-0000-0000-0000-000000000003', role: undefined },
  stranger: { ...other, clientId: 'c0000000-0000-0000-0000-000000000004', role: 'Owner' },
};
export const secret: string = 'test-secret';

export interface TestAzure extends AsyncDisposable {
  server: AzureServer;
  cloud: AzureCloud;
  fabric: Fabric;
  kubernetes: FakeKubernetes;
  /** Root of the server's certificate. */
  ca: string;
  /** Without HTTP: `PUT /subscriptions/…?api-version=…`, as a principal. */
  call(method: string, path: string, options?: CallOptions): Promise<CallResult>;
}

export interface CallOptions {
  body?: object | string;
  /** Default: the owner. */
  who?: Who;
  /** Instead of the principal's own. */
  token?: string;
}

export interface CallResult {
  status: number;
  headers: Readonly<Record<string, string>>;
  // oxlint-disable-next-line typescript/no-explicit-any -- whatever a test looks for
  body: any;
}

export async function startTestAzure(options: Partial<AzureServerOptions> = {}): Promise<TestAzure> {
  const clock: Clock = options.clock ?? systemClock;
  const [ids, log, kubernetes] = [createIds('azure'), new EventLog(clock), new FakeKubernetes()];
  const fabric = new Fabric({ clock, ids, log });
  const { tls, ca } = identity();
  const server = await startAzureServer({
    fabric,
    clock,
    ids,
    log,
    profile: 'instant',
    tls,
    kubernetes,
    directory: {
      tenants: [home, other].map(({ tenant }) => ({ id: tenant, displayName: tenant })),
      subscriptions: [home, other].map(({ subscription: id, tenant }) => ({ id, tenant, displayName: id })),
      applications: Object.entries(principals).map(([displayName, { clientId, tenant, subscription, role }]) => ({
        clientId,
        clientSecret: secret,
        objectId: `0${clientId.slice(1)}`,
        displayName,
        tenant,
        roles: role === undefined ? [] : [{ role, scope: `/subscriptions/${subscription}` }],
      })),
    },
    ...options,
  });
  const cloud = await server.cloud();
  return {
    server,
    cloud,
    fabric,
    kubernetes,
    ca,
    async call(method, path, { body, who = 'owner', token = tokenOf(cloud, who) } = {}) {
      const { pathname, searchParams } = new URL(path, server.url);
      const text = typeof body === 'string' ? body : JSON.stringify(body ?? {});
      const headers = { authorization: `Bearer ${token}` };
      return cloud.handle({ method, path: pathname, query: searchParams, headers, text });
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await fabric[Symbol.asyncDispose]();
    },
  };
}

export function tokenOf({ world }: AzureCloud, who: Who, audience = 'https://management.azure.com'): string {
  const { clientId, tenant } = principals[who];
  const application = world.directory.application(clientId, tenant);
  if (!application) throw new Error(`no application of ${who}`);
  return world.tokens.issue(application, audience);
}

function identity() {
  const nowMs = systemClock.now();
  const authority = new Authority({ commonName: 'test', organization: 'test', nowMs, validDays: 1 });
  const keys = createKeyPair();
  const cert = authority.issue({
    publicKey: publicKeyDer(keys.publicKey),
    commonName: 'localhost',
    names: { dns: ['localhost'], ips: ['127.0.0.1'] },
    ttlMs: 3_600_000,
    nowMs,
  });
  return { tls: { key: privateKeyPem(keys.privateKey), cert }, ca: authority.certificatePem };
}
