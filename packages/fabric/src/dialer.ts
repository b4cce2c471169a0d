import { setMaxListeners } from 'node:events';
import type { Socket } from 'node:net';
import { type Clock, connectLoopback } from '@meshbed/core';
import { FabricError, type FabricErrorCode } from './errors.ts';
import type { Internet } from './internet.ts';
import type { Endpoints } from './loopback/endpoints.ts';
import type { Connection } from './loopback/listener.ts';
import type { Target, Verdict } from '@meshbed/policy/network';

export interface DialOptions {
  signal?: AbortSignal | undefined;
  /** How long a caller waits for a silent network, on the fabric's clock. */
  timeoutMs?: number | undefined;
}

/** Each further one comes after twice the time (RFC 6298). */
const firstRetransmissionMs = 1000;

type Connected = Extract<Verdict, { kind: 'connected' }>;

export interface Dialed extends Connection {
  verdict: Connected;
}

/** Turns verdicts into what a connect() meets. */
export class Dialer {
  readonly #clock: Clock;
  readonly #endpoints: Endpoints;
  readonly #internet: Internet;
  readonly #sockets = new Set<Socket>();
  readonly #closed = new AbortController();

  constructor(clock: Clock, endpoints: Endpoints, internet: Internet) {
    this.#clock = clock;
    this.#endpoints = endpoints;
    this.#internet = internet;
    setMaxListeners(0, this.#closed.signal); // every pending dial listens
  }

  /**
   * Asks `decide` what becomes of the packets. What is dropped is sent again, as TCP does, so that a connection begun
   * while the way was closed comes about once it is open.
   * @throws FabricError; the signal's reason.
   */
  async act(decide: () => Verdict, to: Target, { signal, timeoutMs = 10_000 }: DialOptions): Promise<Dialed> {
    const ended = signal ? AbortSignal.any([signal, this.#closed.signal]) : this.#closed.signal;
    const deadlineMs = this.#clock.now() + timeoutMs;
    for (let pauseMs = firstRetransmissionMs; ; pauseMs *= 2) {
      ended.throwIfAborted();
      const verdict = decide();
      switch (verdict.kind) {
        case 'connected':
          return { ...this.#track(await this.#connect(verdict, to, ended)), verdict };
        case 'refused':
          throw failure('ECONNREFUSED', to, verdict);
        case 'unreachable':
          throw failure('EHOSTUNREACH', to, verdict);
        case 'dropped': {
          const leftMs = deadlineMs - this.#clock.now();
          if (leftMs <= 0) throw failure('ETIMEDOUT', to, verdict);
          await this.#clock.sleep(Math.min(pauseMs, leftMs), ended);
        }
      }
    }
  }

  async #connect(verdict: Connected, to: Target, signal: AbortSignal): Promise<Connection> {
    const { to: endpoint, sourceIp } = verdict;
    try {
      if (endpoint.kind === 'interface') return await this.#endpoints.connect(endpoint, sourceIp, { signal });
      return { socket: await connectLoopback(this.#internet.get(endpoint.ip)!.ports.get(endpoint.port)!, { signal }) };
    } catch (error) {
      signal.throwIfAborted();
      throw new FabricError('ECONNREFUSED', `connect ECONNREFUSED ${to.ip}:${to.port}`, verdict, { cause: error });
    }
  }

  #track(connection: Connection): Connection {
    const { socket } = connection;
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    return connection;
  }

  close(): void {
    this.#closed.abort(new FabricError('EHOSTUNREACH', 'the fabric is closed'));
    for (const socket of this.#sockets) socket.destroy();
  }
}

function failure(code: FabricErrorCode, { ip, port }: Target, verdict: Exclude<Verdict, Connected>): FabricError {
  return new FabricError(code, `connect ${code} ${ip}:${port}: ${verdict.by.reason}`, verdict);
}
