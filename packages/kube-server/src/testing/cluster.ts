import { request as httpsRequest, Agent } from 'node:https';
import { type Clock, createIds, EventLog, MeshbedError, systemClock } from '@meshbed/core';
import { Authority, createKeyPair, privateKeyPem, publicKeyDer } from '@meshbed/x509';
import type { KubeObject } from '../objects/index.ts';
import type { ClusterOptions, KubeCluster, KubeServer } from '../server/options.ts';
import { serve, type ServerParts } from '../server/server.ts';

const hourMs = 3_600_000;

/** A server certificate as the sandbox makes it. */
export function testTls(nowMs: number): { tls: { key: string; cert: string }; caPem: string; authority: Authority } {
  const authority = new Authority({ commonName: 'test', nowMs });
  const keys = createKeyPair();
  const names = { ips: ['127.0.0.1'], dns: ['localhost', 'kubernetes.default.svc'] };
  const cert = authority.issue({ publicKey: publicKeyDer(keys.publicKey), names, ttlMs: hourMs, nowMs });
  return { tls: { key: privateKeyPem(keys.privateKey), cert }, caPem: authority.rootPem, authority };
}

const unused = (what: string) => () => {
  throw new MeshbedError('bug/test', `${what} is not part of this test`);
};

/** Options of a cluster on which nothing runs. */
export const idleCluster = (name: string): ClusterOptions => ({
  name,
  runtime: { start: unused('the runtime') },
  podNetwork: { attach: unused('the pod network'), detach: unused('the pod network'), node: unused('the pod network') },
  loadBalancers: { ensure: unused('load balancing'), remove: unused('load balancing') },
  authenticate: () => Promise.resolve(undefined),
});

/** Only the API: no controllers, no streams. */
export const apiOnly: ServerParts = {
  createControllers: () => ({ [Symbol.asyncDispose]: () => Promise.resolve() }),
  handlers: {},
};

export interface CallOptions {
  body?: unknown;
  /** Sent as it is, instead of `body` in JSON. */
  raw?: string | Buffer;
  type?: string;
  accept?: string;
  /** Instead of the admin's; empty sends none. */
  token?: string;
  headers?: Record<string, string>;
}

export interface Reply {
  code: number;
  headers: NodeJS.Dict<string | string[]>;
  text: string;
  json: KubeObject & { items: KubeObject[]; message: string; reason: string; [field: string]: any };
}

export interface TestCluster extends AsyncDisposable {
  server: KubeServer;
  cluster: KubeCluster;
  authority: Authority;
  caPem: string;
  call(method: string, path: string, options?: CallOptions): Promise<Reply>;
  create(path: string, body: unknown): Promise<KubeObject>;
  /** Lines of a watch, parsed as they come. */
  watch(path: string, token?: string): AsyncGenerator<{ type: string; object: KubeObject & Record<string, any> }>;
}

export interface TestClusterOptions {
  clock?: Clock;
  cluster?: Partial<ClusterOptions>;
  parts?: ServerParts;
}

export async function startTestCluster(options: TestClusterOptions = {}): Promise<TestCluster> {
  const { clock = systemClock, parts = apiOnly } = options;
  const { tls, caPem, authority } = testTls(systemClock.now());
  const server = await serve({ clock, ids: createIds('test'), log: new EventLog(clock), tls, caPem }, parts);
  const cluster = await server.addCluster({ ...idleCluster('test'), ...options.cluster });
  const agent = new Agent({ ca: caPem, keepAlive: true });
  const send = (method: string, path: string, call: CallOptions = {}) =>
    open(agent, cluster, { method, path, ...call });
  const call = async (method: string, path: string, callOptions?: CallOptions): Promise<Reply> => {
    const response = await send(method, path, callOptions);
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const isJson = response.headers['content-type']?.includes('json');
    return { code: response.statusCode ?? 0, headers: response.headers, text, json: isJson ? JSON.parse(text) : {} };
  };
  return {
    server,
    cluster,
    authority,
    caPem,
    call,
    async create(path, body) {
      const reply = await call('POST', path, { body });
      if (reply.code !== 201) throw new MeshbedError('bug/test', reply.text);
      return reply.json;
    },
    async *watch(path, token) {
      const response = await send('GET', path, token === undefined ? {} : { token });
      let text = '';
      for await (const chunk of response) {
        const lines = (text + String(chunk)).split('\n');
        text = lines.pop() ?? '';
        for (const line of lines) yield JSON.parse(line);
      }
    },
    async [Symbol.asyncDispose]() {
      agent.destroy();
      await server[Symbol.asyncDispose]();
    },
  };
}

type Call = CallOptions & { method: string; path: string };

function open(
  agent: Agent,
  { server, adminToken }: KubeCluster,
  call: Call,
): Promise<import('node:http').IncomingMessage> {
  const { method, path, body, raw, type = 'application/json', accept = 'application/json', token = adminToken } = call;
  const data = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const headers = {
    accept,
    ...(data === undefined ? {} : { 'content-type': type, 'content-length': String(Buffer.byteLength(data)) }),
    ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
    ...call.headers,
  };
  return new Promise((resolve, reject) => {
    const request = httpsRequest(`${server}${path}`, { method, agent, headers }, resolve);
    request.on('error', reject);
    request.end(data);
  });
}
