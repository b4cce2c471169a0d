import type { Clock } from '@meshbed/core';
import type { Socket } from 'node:net';
import { type Authority, formatAuthority } from '../authority.ts';
import { HboneError } from '../errors.ts';
import { formatIdentity } from '../identity/index.ts';
import { credentialsOf, type TlsMaterial } from '../tls/material.ts';
import { HboneConnection, NotStartedError, type Tunnel } from './connection.ts';

export interface HbonePoolOptions {
  /** A TCP connection to the next hop. */
  dial: (address: { ip: string; port: number }) => Promise<Socket>;
  clock: Clock;
  /** How long a connection without tunnels stays; default 5 minutes. */
  idleReleaseMs?: number;
}

export interface TunnelRequest {
  material: TlsMaterial;
  address: { ip: string; port: number };
  /** SPIFFE ids of which the peer must have one. */
  expectedIdentities: readonly string[];
  authority: Authority;
  headers: Record<string, string>;
  sourceIp: string;
}

interface Slot {
  key: string;
  generation: number;
  current: HboneConnection | undefined;
  /** One dial at a time: whoever comes meanwhile waits for it. */
  dialing: Promise<HboneConnection> | undefined;
  release: Disposable | undefined;
}

const defaultIdleReleaseMs = 300_000;

/** Shares connections among tunnels with the same source (identity, address), expectation and next hop. */
export class HbonePool implements Disposable {
  readonly #options: HbonePoolOptions;
  readonly #slots = new Map<string, Slot>();
  readonly #connections = new Set<HboneConnection>();
  #disposed = false;

  constructor(options: HbonePoolOptions) {
    this.#options = options;
  }

  /** Open connections, those that only finish their streams included. */
  get size(): number {
    return this.#connections.size;
  }

  /** @throws HboneError */
  async open(request: TunnelRequest): Promise<Tunnel> {
    try {
      return await this.#attempt(request);
    } catch (error) {
      if (!(error instanceof NotStartedError)) throw error;
    }
    try {
      return await this.#attempt(request);
    } catch (error) {
      if (!(error instanceof NotStartedError)) throw error;
      throw new HboneError('UNAVAILABLE', 'the peer closed two connections without taking the request', {
        cause: error,
      });
    }
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    for (const slot of this.#slots.values()) slot.release?.[Symbol.dispose]();
    for (const connection of this.#connections) connection.destroy();
    this.#slots.clear();
  }

  async #attempt(request: TunnelRequest): Promise<Tunnel> {
    const slot = this.#slotFor(request);
    const connection = await this.#checkOut(slot, request);
    slot.release?.[Symbol.dispose]();
    return connection.request(formatAuthority(request.authority), request.headers, () => this.#releaseWhenIdle(slot));
  }

  async #checkOut(slot: Slot, request: TunnelRequest): Promise<HboneConnection> {
    while (!slot.current?.usable) {
      slot.dialing ??= this.#dial(slot, request).finally(() => (slot.dialing = undefined));
      slot.current = await slot.dialing;
    }
    slot.current.reserve();
    return slot.current;
  }

  #slotFor({ material, expectedIdentities, address, sourceIp }: TunnelRequest): Slot {
    const key = JSON.stringify([sourceIdentity(material), sourceIp, expectedIdentities, address.ip, address.port]);
    const found = this.#slots.get(key);
    if (found && found.generation === material.generation) return found;
    found?.current?.retire(); // its certificate is the old one: open tunnels may finish
    found?.release?.[Symbol.dispose]();
    const { generation } = material;
    const slot: Slot = { key, generation, current: undefined, dialing: undefined, release: undefined };
    this.#slots.set(key, slot);
    return slot;
  }

  async #dial(slot: Slot, { address, material, expectedIdentities }: TunnelRequest): Promise<HboneConnection> {
    const { dial, clock } = this.#options;
    const socket = await dial(address).catch((error: Error) => {
      throw new HboneError('DIAL', error.message, { cause: error });
    });
    const connection = await HboneConnection.open({ socket, material, expectedIdentities, clock });
    this.#connections.add(connection);
    connection.onClose(() => this.#forget(slot, connection));
    if (this.#disposed) connection.destroy();
    return connection;
  }

  /** A slot stays no longer than its connection: one that keeps a closed one keeps all its buffers. */
  #forget(slot: Slot, connection: HboneConnection): void {
    this.#connections.delete(connection);
    if (slot.current !== connection) return;
    slot.release?.[Symbol.dispose]();
    slot.current = undefined;
    if (!slot.dialing && this.#slots.get(slot.key) === slot) this.#slots.delete(slot.key);
  }

  #releaseWhenIdle(slot: Slot): void {
    const connection = slot.current;
    if (!connection?.idle || this.#disposed) return;
    slot.release?.[Symbol.dispose]();
    const { clock, idleReleaseMs = defaultIdleReleaseMs } = this.#options;
    slot.release = clock.after(idleReleaseMs, () => {
      if (connection.idle) connection.retire();
    });
  }
}

function sourceIdentity(material: TlsMaterial): string {
  try {
    return formatIdentity(credentialsOf(material).identity);
  } catch (error) {
    throw new HboneError('TLS', `no usable certificate: ${(error as Error).message}`, { cause: error });
  }
}
