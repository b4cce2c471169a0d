import type { Peer } from '@meshbed/core';
import { formatAuthority, HboneError, HbonePool, splice } from '@meshbed/hbone';
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { ResponseFlag } from '../access-log/index.ts';
import { baggageOf } from '../baggage.ts';
import { localWorkload, type Proxied } from '../proxied.ts';
import { type Hop, openHop } from './hops.ts';
import { lateReset } from './late-reset.ts';
import { OutboundReport } from './report.ts';
import { type Route, routeTo } from './route.ts';

/** Connections of a workload's applications, taken where they start. */
export class Outbound implements Disposable {
  readonly #proxied: Proxied;
  readonly #pool: HbonePool;
  readonly #open = new Set<Socket>();

  constructor(proxied: Proxied) {
    const { network, clock, idleReleaseMs } = proxied;
    this.#proxied = proxied;
    this.#pool = new HbonePool({
      clock,
      ...(idleReleaseMs === undefined ? {} : { idleReleaseMs }),
      dial: ({ ip, port }) => network.connectDirect(ip, port, { timeoutMs: 10_000 }),
    });
  }

  /** Where a connection to `target` would go now. */
  route(target: Peer): Route {
    const { state, networkName, namespace, random } = this.#proxied;
    return routeTo({ state, network: networkName, namespace, source: localWorkload(this.#proxied), target, random });
  }

  /** Carries `application`. By default it believes it is connected, and a failure shows to it as a reset. */
  async carry(
    application: Socket,
    target: Peer,
    { route = this.route(target), gate }: CarryOptions = {},
  ): Promise<void> {
    application.on('error', () => {});
    this.#open.add(application);
    application.once('close', () => this.#open.delete(application));
    const report = new OutboundReport(this.#proxied, application, { target, route });
    try {
      const hop = await this.#hop(application, route);
      report.identified(hop);
      gate?.opened();
      report.complete(await splice(application, hop.stream, { resets: 'end' }));
    } catch (error) {
      report.failed(describeFailure(error as Error, route), flagOf(error));
      if (gate) gate.failed(error as Error);
      else lateReset(application, this.#proxied.clock);
    }
  }

  [Symbol.dispose](): void {
    this.#pool[Symbol.dispose]();
    for (const socket of this.#open) socket.destroy();
  }

  async #hop(application: Socket, route: Route): Promise<Hop> {
    if (route.kind === 'none') throw new Error(route.error);
    return openHop(route, { proxied: this.#proxied, pool: this.#pool, headers: this.#headers(application, route) });
  }

  #headers({ remotePort = 0 }: Socket, { service }: Route): Record<string, string> {
    const workload = localWorkload(this.#proxied);
    const source = formatAuthority({ host: this.#proxied.network.ip, port: remotePort });
    return {
      ...(workload && { baggage: baggageOf(workload) }),
      forwarded: `for="${source}"${service ? `;host=${service.hostname}` : ''}`,
      traceparent: `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`,
    };
  }
}

export interface CarryOptions {
  route?: Route;
  /** For a client that is told only when the way is open, or that there is none. */
  gate?: { opened(): void; failed(error: Error): void };
}

function describeFailure(error: Error, route: Route): string {
  if (error instanceof HboneError && error.code !== 'DIAL') return error.message;
  if (route.kind === 'none') return error.message;
  const cause = error instanceof HboneError && error.cause instanceof Error ? error.cause : error;
  const timedOut =
    (cause as NodeJS.ErrnoException).code === 'ETIMEDOUT' && route.kind !== 'tcp' && route.kind !== 'passthrough';
  const likely = timedOut
    ? 'connection timed out, maybe a NetworkPolicy is blocking HBONE port 15008'
    : 'connection failed';
  return `${likely}: ${cause.message}`;
}

function flagOf(error: unknown): ResponseFlag {
  if (!(error instanceof HboneError)) return 'CONNECT';
  switch (error.code) {
    case 'REFUSED_BY_POLICY':
    case 'BAD_REQUEST':
    case 'UNAVAILABLE':
      return '-';
    case 'IDENTITY_MISMATCH':
    case 'TLS':
      return 'TLS_FAILURE';
    case 'DIAL':
      return 'CONNECT';
  }
}
