import type { Peer } from '@meshbed/core';
import { formatAuthority, type Transferred } from '@meshbed/hbone';
import type { Socket } from 'node:net';
import { type AccessRecord, addressOf, type Party, type ResponseFlag } from '../access-log/index.ts';
import { localWorkload, type Proxied } from '../proxied.ts';
import type { Hop } from './hops.ts';
import type { Route } from './route.ts';

/** Gathers the facts of one outbound connection and writes them when it has ended. */
export class OutboundReport {
  readonly #proxied: Proxied;
  readonly #startedAtMs: number;
  #source: Party;
  #destination: AccessRecord['destination'];

  constructor(proxied: Proxied, application: Socket, { target, route }: { target: Peer; route: Route }) {
    const workload = localWorkload(proxied);
    this.#proxied = proxied;
    this.#startedAtMs = proxied.clock.now();
    this.#source = {
      address: addressOf({ ip: proxied.network.ip, port: application.remotePort ?? 0 }),
      workload: workload?.name ?? proxied.name,
      namespace: workload?.namespace ?? proxied.namespace,
      ...(workload && { cluster: workload.clusterId }),
    };
    this.#destination = destinationOf(route, target);
  }

  /** The identities of both ends are facts only once mutual TLS has proved them. */
  identified({ sourceIdentity, peerIdentity }: Hop): void {
    if (sourceIdentity !== undefined) this.#source = { ...this.#source, identity: sourceIdentity };
    if (peerIdentity !== undefined) this.#destination = { ...this.#destination, identity: peerIdentity };
  }

  failed(error: string, flag: ResponseFlag): void {
    this.#write({ forward: 0, backward: 0 }, { error, flag });
  }

  complete(transferred: Transferred): void {
    this.#write(transferred, { flag: '-' });
  }

  #write({ forward, backward }: Transferred, outcome: Pick<AccessRecord, 'error' | 'flag'>): void {
    const { access, clock } = this.#proxied;
    const atMs = clock.now();
    access.complete({
      atMs,
      direction: 'outbound',
      source: this.#source,
      destination: this.#destination,
      bytesSent: forward,
      bytesReceived: backward,
      durationMs: atMs - this.#startedAtMs,
      ...outcome,
    });
  }
}

function destinationOf(route: Route, target: Peer): AccessRecord['destination'] {
  const { workload, service } = route;
  return {
    address: nextHop(route, target),
    ...('authority' in route && { hboneAddress: formatAuthority(route.authority) }),
    ...(service && { service: service.hostname }),
    ...(workload && { workload: workload.name, namespace: workload.namespace, cluster: workload.clusterId }),
  };
}

function nextHop(route: Route, target: Peer): string {
  switch (route.kind) {
    case 'passthrough':
    case 'tcp':
      return formatAuthority(route.target);
    case 'hbone':
      return addressOf(route.hop);
    case 'double-hbone':
      return formatAuthority(route.hop);
    case 'none':
      return addressOf(target);
  }
}
