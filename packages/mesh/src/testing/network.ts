import type { ConnectOptions, ListenOptions, Peer, Redirect, WorkloadNetwork } from '@meshbed/core';
import { isAddress, socketPair } from '@meshbed/hbone';
import type { Socket } from 'node:net';

interface Listener {
  accept: (socket: Socket, peer: Peer) => void;
  loopback: boolean;
}

const failure = (code: string, what: string) => Object.assign(new Error(`connect ${code} ${what}`), { code });

/** A flat network in memory on real sockets: every workload reaches every other, unless it is told not to. */
export class TestNetwork {
  readonly workloads: Map<string, TestWorkload> = new Map();
  readonly names: Map<string, string[]> = new Map();
  /** `ip:port` that never answers. */
  readonly dropped: Set<string> = new Set();

  workload(ip: string): TestWorkload {
    const workload = new TestWorkload(ip, this);
    this.workloads.set(ip, workload);
    return workload;
  }
}

export class TestWorkload implements WorkloadNetwork {
  readonly ip: string;
  readonly eniId: string;
  redirect: Redirect | undefined;
  readonly #network: TestNetwork;
  readonly #listeners = new Map<number, Listener>();

  constructor(ip: string, network: TestNetwork) {
    this.ip = ip;
    this.eniId = `eni-${ip}`;
    this.#network = network;
  }

  async listen(
    port: number,
    accept: (socket: Socket, peer: Peer) => void,
    { loopback = false, address }: ListenOptions = {},
  ): Promise<AsyncDisposable> {
    if (address !== undefined) throw new Error('link-local addresses are not part of this test network');
    if (this.#listeners.has(port)) throw failure('EADDRINUSE', `${this.ip}:${port}`);
    this.#listeners.set(port, { accept, loopback });
    return { [Symbol.asyncDispose]: async () => void this.#listeners.delete(port) };
  }

  async connect(host: string, port: number): Promise<Socket> {
    if (this.redirect && !isLoopback(host)) return this.redirect.outbound(host, port);
    return this.connectDirect(host, port);
  }

  async connectDirect(host: string, port: number, _options?: ConnectOptions): Promise<Socket> {
    if (isLoopback(host)) return this.#open(port, { inside: true, peer: { ip: '127.0.0.1', port: 1 } });
    const ip = isAddress(host) ? host : this.#network.names.get(host)?.[0];
    if (ip === undefined) throw failure('ENOTFOUND', host);
    if (this.#network.dropped.has(`${ip}:${port}`)) throw failure('ETIMEDOUT', `${ip}:${port}`);
    const target = this.#network.workloads.get(ip);
    if (!target) throw failure('EHOSTUNREACH', `${ip}:${port}`);
    const peer = { ip: this.ip, port: 40_000 };
    return target === this ? this.#open(port, { inside: false, peer }) : target.arrive(port, peer);
  }

  async resolve(name: string): Promise<readonly string[]> {
    return this.#network.names.get(name) ?? [];
  }

  /** From another workload. */
  async arrive(port: number, peer: Peer): Promise<Socket> {
    if (!this.redirect) return this.#open(port, { inside: false, peer });
    const [near, far] = await socketPair();
    this.redirect.inbound(far, peer, port);
    return near;
  }

  async #open(port: number, { inside, peer }: { inside: boolean; peer: Peer }): Promise<Socket> {
    const listener = this.#listeners.get(port);
    if (!listener || (listener.loopback && !inside)) throw failure('ECONNREFUSED', `${this.ip}:${port}`);
    const [near, far] = await socketPair();
    listener.accept(far, peer);
    return near;
  }
}

const isLoopback = (host: string) => host === 'localhost' || host.startsWith('127.');
