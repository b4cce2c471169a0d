import type { Socket } from 'node:net';
import { splice } from '@meshbed/core';
import type { Fabric } from './fabric.ts';

export interface LoadBalancerTarget {
  eniId: string;
  ip: string;
  port: number;
}

export interface LoadBalancerListener {
  /** The healthy targets now. */
  targets(): readonly LoadBalancerTarget[];
}

export interface LoadBalancerOptions {
  arn: string;
  name: string;
  /** AWS's have one, Azure's are known by their address. */
  dnsName?: string;
  scheme: 'internal' | 'internet-facing';
  vpcId: string;
  /** Its interfaces, one per subnet. */
  enis: readonly string[];
  groupIds: readonly string[];
}

/** The data plane of a network load balancer: TCP, passed on from its own interfaces, so security groups decide twice. */
export class LoadBalancer {
  readonly arn: string;
  readonly name: string;
  readonly dnsName: string | undefined;
  readonly scheme: LoadBalancerOptions['scheme'];
  readonly vpcId: string;
  readonly enis: readonly string[];
  readonly groupIds: readonly string[];
  /** By port; call `open` after a change. */
  readonly listeners: Map<number, LoadBalancerListener> = new Map();
  readonly #fabric: Fabric;
  readonly #listening = new Map<string, AsyncDisposable>();
  #turn = 0;

  constructor(fabric: Fabric, options: LoadBalancerOptions) {
    this.#fabric = fabric;
    this.arn = options.arn;
    this.name = options.name;
    this.dnsName = options.dnsName;
    this.scheme = options.scheme;
    this.vpcId = options.vpcId;
    this.enis = options.enis;
    this.groupIds = options.groupIds;
  }

  /** Makes what listens agree with `listeners`, and the name resolve to the interfaces. */
  async open(): Promise<void> {
    if (this.dnsName !== undefined) this.#fabric.names.set(this.dnsName, () => this.#addresses());
    const wanted = this.enis.flatMap((eniId) => [...this.listeners.keys()].map((port) => ({ eniId, port })));
    const keys = new Set(wanted.map(({ eniId, port }) => `${eniId} ${port}`));
    for (const key of this.#listening.keys()) if (!keys.has(key)) await this.#stop(key);
    for (const { eniId, port } of wanted) await this.#listen(eniId, port);
  }

  async close(): Promise<void> {
    if (this.dnsName !== undefined) this.#fabric.names.delete(this.dnsName);
    for (const key of this.#listening.keys()) await this.#stop(key);
  }

  async #listen(eniId: string, port: number): Promise<void> {
    const ip = this.#fabric.interfaces.get(eniId)?.ips[0];
    const key = `${eniId} ${port}`;
    if (ip === undefined || this.#listening.has(key)) return;
    const listening = await this.#fabric.listen(
      { eniId, ip, port },
      (socket) => void this.#forward(socket, { eniId, ip }, port),
    );
    this.#listening.set(key, listening);
  }

  async #stop(key: string): Promise<void> {
    const listening = this.#listening.get(key);
    this.#listening.delete(key);
    await listening?.[Symbol.asyncDispose]();
  }

  /** Without a healthy target, or when the target can't be reached, the client's connection is reset. */
  async #forward(client: Socket, from: { eniId: string; ip: string }, port: number): Promise<void> {
    const targets = this.listeners.get(port)?.targets() ?? [];
    const target = targets[this.#turn++ % targets.length];
    if (!target) return void client.resetAndDestroy();
    const ended = new AbortController();
    client.once('close', () => ended.abort(new Error('client closed')));
    try {
      await splice(client, await this.#fabric.dial(from, target, { signal: ended.signal }));
    } catch {
      client.resetAndDestroy();
    }
  }

  /** An Internet-facing name resolves to public addresses, also inside the VPC. */
  #addresses(): string[] {
    const interfaces = this.enis.flatMap((id) => this.#fabric.interfaces.get(id) ?? []);
    return this.scheme === 'internal'
      ? interfaces.flatMap(({ ips }) => ips.slice(0, 1))
      : interfaces.flatMap(({ publicIps }) => [...publicIps.values()]);
  }
}
