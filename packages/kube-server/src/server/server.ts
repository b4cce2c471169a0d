import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { MeshbedError, pageReason } from '@meshbed/core';
import { bearerToken } from '../auth/index.ts';
import { ApiError } from '../store/index.ts';
import { createCluster } from './cluster.ts';
import { Connections } from './connections.ts';
import type { ServedCluster } from './exchange.ts';
import { handle, handleUpgrade, type Incoming } from './handler.ts';
import type { ClusterOptions, CreateControllers, KubeCluster, KubeServer, KubeServerOptions } from './options.ts';
import { refuseUpgrade, sendError } from './respond.ts';
import { splitPrefix } from './route.ts';
import type { SubresourceHandlers } from './subresource.ts';

/** What runs on top of the API: the controllers, and the subresources that stream. */
export interface ServerParts {
  createControllers: CreateControllers;
  handlers: SubresourceHandlers;
}

interface Member {
  cluster: ServedCluster;
  controllers: AsyncDisposable;
  /** Those that have asked for this cluster. */
  connections: Connections;
}

/** Finds the cluster that a request is for. */
type Find = (request: IncomingMessage) => { cluster: ServedCluster; incoming: Incoming };

/**
 * One HTTPS server for many clusters: `/clusters/NAME/…` for users, `KubeCluster.accept` for in-VPC connections.
 * @throws MeshbedError `environment/port-taken`
 */
export async function serve(options: KubeServerOptions, parts: ServerParts): Promise<KubeServer> {
  const members = new Map<string, Member>();
  const clusters = new Map<string, KubeCluster>();
  const find: Find = (request) => {
    const url = request.url ?? '/';
    const split = splitPrefix(url);
    const member = split ? members.get(split.cluster) : meant([...members.values()], request);
    if (!member) {
      throw new ApiError('NotFound', `no cluster ${split?.cluster ?? 'named'} in the path: use /clusters/NAME`);
    }
    member.connections.add(request.socket);
    const prefix = split ? `/clusters/${split.cluster}` : '';
    return { cluster: member.cluster, incoming: { request, url: split?.url ?? url, prefix } };
  };
  const server = createHttps(options, find);
  const connections = new Connections();
  server.on('connection', (socket: Socket) => connections.add(socket));
  const url = `https://127.0.0.1:${await listen(server, options.port ?? 0)}`;

  async function removeCluster(name: string): Promise<void> {
    const member = members.get(name);
    if (!member) return;
    members.delete(name);
    clusters.delete(name);
    await member.controllers[Symbol.asyncDispose]();
    member.connections.closeAll();
  }

  return {
    url,
    clusters,
    removeCluster,
    addCluster(wanted) {
      const member = createMember({ options, parts, url }, wanted, members);
      clusters.set(wanted.name, member.cluster);
      return Promise.resolve(member.cluster);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...members.keys()].map(removeCluster));
      connections.closeAll();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** `kubectl get --raw` drops the path of the server: then the credentials tell which cluster is meant. */
function meant(members: readonly Member[], { headers }: IncomingMessage): Member | undefined {
  const token = bearerToken(headers) ?? '';
  const isIssuer = ({ cluster }: Member) => cluster.adminToken === token || cluster.verifyToken(token) !== undefined;
  return members.length === 1 ? members[0] : members.find(isIssuer);
}

interface Common {
  options: KubeServerOptions;
  parts: ServerParts;
  url: string;
}

function createMember({ options, parts, url }: Common, wanted: ClusterOptions, members: Map<string, Member>): Member {
  const { name } = wanted;
  if (members.has(name))
    throw new MeshbedError('user/cluster-exists', `there is a cluster ${name} already`, { object: name });
  const connections = new Connections();
  // Serves connections that come from inside the VPC; never listens.
  const inside = createHttps(options, (request) => ({
    cluster,
    incoming: { request, url: request.url ?? '/', prefix: '' },
  }));
  const cluster = createCluster(options, wanted, {
    server: `${url}/clusters/${encodeURIComponent(name)}`,
    handlers: parts.handlers,
    accept: (_cluster, socket: Socket) => {
      connections.add(socket);
      inside.emit('connection', socket);
    },
  });
  const member = { cluster, connections, controllers: parts.createControllers(cluster) };
  members.set(name, member);
  return member;
}

function createHttps({ tls, caPem, clock, latencyMs = 0 }: KubeServerOptions, find: Find): Server {
  // Client certificates are welcome, tokens are the rule: what is not signed by our authority counts as no certificate.
  const server = createServer({ ...tls, ca: caPem, requestCert: true, rejectUnauthorized: false });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (latencyMs === 0) respond(find, request, response);
    else clock.after(latencyMs, () => respond(find, request, response));
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    upgrade(find, request, { socket, head });
  });
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  return server;
}

function respond(find: Find, request: IncomingMessage, response: ServerResponse): void {
  try {
    refusePages(request);
    const { cluster, incoming } = find(request);
    void handle(cluster, incoming, response);
  } catch (error) {
    sendError(response, error);
  }
}

function upgrade(find: Find, request: IncomingMessage, { socket, head }: { socket: Duplex; head: Buffer }): void {
  try {
    refusePages(request);
    const { cluster, incoming } = find(request);
    void handleUpgrade(cluster, incoming, socket, head);
  } catch (error) {
    refuseUpgrade(socket, error);
  }
}

function refusePages({ headers }: IncomingMessage): void {
  const reason = pageReason(headers);
  if (reason !== undefined) throw new ApiError('Forbidden', reason);
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const details = { cause, object: `127.0.0.1:${port}`, next: 'choose another port, or 0 for a free one' };
      reject(
        new MeshbedError('environment/port-taken', `the Kubernetes API can't listen on 127.0.0.1:${port}`, details),
      );
    });
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
