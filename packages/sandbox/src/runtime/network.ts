import { isIPv4, type Socket } from 'node:net';
import type { ConnectOptions, ListenOptions, NetworkPlace, Peer, Redirect, WorkloadNetwork } from '@meshbed/core';
import type { Fabric } from '@meshbed/fabric';
import { NetworkError } from './errors.ts';
import { LoopbackPort } from './loopback.ts';

/** What a workload's resolver and node add to the plain network: cluster names, service addresses, link-local agents. */
export interface NetworkSurroundings {
  /** Names that the cluster's DNS answers; undefined when it doesn't know the name. */
  resolve(name: string): readonly string[] | undefined;
  /** What a service address leads to (kube-proxy); undefined when `ip` is no service address. */
  serviceEndpoint(ip: string, port: number): { ip: string; port: number } | 'no-endpoints' | undefined;
  /** A link-local address that an agent of the node or the task serves. */
  linkLocal(ip: string, port: number): Promise<Socket> | undefined;
}

export const nothingAround: NetworkSurroundings = {
  resolve: () => undefined,
  serviceEndpoint: () => undefined,
  linkLocal: () => undefined,
};

interface OpenPort {
  loopback: LoopbackPort;
  outside: AsyncDisposable | undefined;
}

/** A workload's network namespace on the fabric. */
export class FabricNetwork implements WorkloadNetwork, AsyncDisposable {
  readonly ip: string;
  readonly eniId: string;
  redirect: Redirect | undefined;
  readonly #fabric: Fabric;
  readonly #around: NetworkSurroundings;
  readonly #ports = new Map<string, OpenPort>();

  constructor(fabric: Fabric, place: NetworkPlace, around: NetworkSurroundings = nothingAround) {
    this.ip = place.ip;
    this.eniId = place.eniId;
    this.#fabric = fabric;
    this.#around = around;
  }

  async listen(
    port: number,
    accept: (socket: Socket, peer: Peer) => void,
    options: ListenOptions = {},
  ): Promise<AsyncDisposable> {
    const key = `${options.address ?? ''}:${port}`;
    if (this.#ports.has(key)) throw new NetworkError('EADDRINUSE', `port ${port} of ${this.ip} is already in use`);
    const loopback = new LoopbackPort((socket) => accept(socket, { ip: '127.0.0.1', port: socket.remotePort ?? 0 }));
    const open: OpenPort = { loopback, outside: undefined };
    this.#ports.set(key, open);
    try {
      if (!options.loopback && !options.address) open.outside = await this.#listenOutside(port, accept, options);
    } catch (error) {
      await this.#close(key, open);
      throw error;
    }
    return { [Symbol.asyncDispose]: () => this.#close(key, open) };
  }

  #listenOutside(port: number, accept: (socket: Socket, peer: Peer) => void, options: ListenOptions) {
    return this.#fabric.listen({ eniId: this.eniId, ip: this.ip, port }, (socket, peer) => {
      if (this.redirect && !options.unredirected) this.redirect.inbound(socket, peer, port);
      else accept(socket, peer);
    });
  }

  async #close(key: string, open: OpenPort): Promise<void> {
    if (this.#ports.get(key) === open) this.#ports.delete(key);
    await Promise.all([open.loopback[Symbol.asyncDispose](), open.outside?.[Symbol.asyncDispose]()]);
  }

  /** Whether connecting to the port from inside would be accepted. */
  isListening(port: number): boolean {
    return this.#ports.has(`:${port}`);
  }

  /** An agent that listens on a link-local address of this (host) network. */
  linkLocalPort(address: string, port: number): Promise<Socket> | undefined {
    return this.#ports.get(`${address}:${port}`)?.loopback.connect();
  }

  async connect(host: string, port: number, options?: ConnectOptions): Promise<Socket> {
    const near = this.#near(host, port);
    if (near) return near;
    return this.redirect ? this.redirect.outbound(host, port) : this.connectDirect(host, port, options);
  }

  async connectDirect(host: string, port: number, options?: ConnectOptions): Promise<Socket> {
    const near = host === this.ip ? this.#connectSelf(port) : this.#near(host, port);
    if (near) return near;
    const [ip] = isIPv4(host) ? [host] : await this.resolve(host);
    if (ip === undefined) throw new NetworkError('ENOTFOUND', `${host} does not resolve in the VPC of ${this.ip}`);
    const target = this.#around.serviceEndpoint(ip, port) ?? { ip, port };
    if (target === 'no-endpoints') throw new NetworkError('ECONNREFUSED', `service ${host}:${port} has no endpoints`);
    return this.#fabric.dial({ eniId: this.eniId, ip: this.ip }, target, options);
  }

  async resolve(name: string): Promise<readonly string[]> {
    if (isIPv4(name)) return [name];
    return this.#around.resolve(name) ?? this.#fabric.names.resolve(name, { vpcId: this.#vpcId() });
  }

  #vpcId(): string {
    return this.#fabric.interfaces.get(this.eniId)?.vpcId ?? '';
  }

  /** Addresses that never reach the network: the loopback interface and link-local agents. */
  #near(host: string, port: number): Promise<Socket> | undefined {
    if (host === 'localhost' || host.startsWith('127.')) return this.connectInside(port);
    if (!host.startsWith('169.254.')) return undefined;
    const agent = this.#around.linkLocal(host, port);
    return agent ?? Promise.reject(new NetworkError('ECONNREFUSED', `nothing listens on ${host}:${port}`));
  }

  /** The workload's own address: never leaves it, and is not what listens on the loopback interface only. */
  #connectSelf(port: number): Promise<Socket> {
    const open = this.#ports.get(`:${port}`);
    if (open?.outside) return open.loopback.connect();
    return Promise.reject(new NetworkError('ECONNREFUSED', `nothing listens on ${this.ip}:${port}`));
  }

  connectInside(port: number): Promise<Socket> {
    const open = this.#ports.get(`:${port}`);
    return open
      ? open.loopback.connect()
      : Promise.reject(new NetworkError('ECONNREFUSED', `nothing listens on port ${port} inside ${this.ip}`));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#ports].map(([key, open]) => this.#close(key, open)));
  }
}
