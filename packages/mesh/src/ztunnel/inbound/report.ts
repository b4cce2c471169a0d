import type { Transferred } from '@meshbed/hbone';
import type { IncomingHttpHeaders } from 'node:http2';
import { type AccessRecord, addressOf, type Party, type ResponseFlag } from '../access-log/index.ts';
import { parseBaggage } from '../baggage.ts';
import { type Proxied } from '../proxied.ts';
import { identityOf, type Service, type Workload } from '../state/types.ts';
import type { CutReason } from './connections.ts';
import type { Arrival, Refusal } from './decide.ts';

interface Tunnel {
  headers: IncomingHttpHeaders;
  hboneAddress: string;
}

/** Gathers the facts of one inbound connection and writes them when it has ended. */
export class InboundReport {
  readonly #proxied: Proxied;
  readonly #arrival: Arrival;
  readonly #startedAtMs: number;
  readonly #source: Party;
  #destination: AccessRecord['destination'];
  #cut: CutReason | undefined;

  constructor(proxied: Proxied, workload: Workload, arrival: Arrival, tunnel?: Tunnel) {
    this.#proxied = proxied;
    this.#arrival = arrival;
    this.#startedAtMs = proxied.clock.now();
    this.#source = sourceOf(proxied, arrival, tunnel);
    this.#destination = {
      address: addressOf({ ip: arrival.localIp, port: tunnel ? 15008 : arrival.target.port }),
      workload: workload.name,
      namespace: workload.namespace,
      cluster: workload.clusterId,
      ...(tunnel && { hboneAddress: tunnel.hboneAddress, identity: identityOf(workload) }),
    };
  }

  service(service: Service | undefined): void {
    if (service) this.#destination = { ...this.#destination, service: service.hostname };
  }

  refused({ error, status, reason, policies = [] }: Refusal): void {
    const flag = status === 401 ? 'DENY' : '-';
    this.#write(
      { forward: 0, backward: 0 },
      { error, flag, ...(reason !== undefined && { refusal: { reason, policies } }) },
    );
  }

  error(error: string, flag: ResponseFlag): void {
    this.#write({ forward: 0, backward: 0 }, { error, flag });
  }

  /** The connection is about to be ended by ztunnel itself. */
  cut(reason: CutReason): void {
    if (this.#cut) return;
    this.#cut = reason;
    if (reason !== 'policy change') return;
    const { source, localIp, sourceIdentity } = this.#arrival;
    const who = sourceIdentity === undefined ? addressOf(source) : `${addressOf(source)}(${sourceIdentity})`;
    const target = `${localIp} (${this.#destination.workload ?? ''})`;
    const text = `connection ${who}->${target} closed because it's no longer allowed after a policy update`;
    this.#proxied.access.write('info', 'proxy', text);
  }

  complete(transferred: Transferred): void {
    const flag = this.#cut === 'policy change' ? 'DENY' : '-';
    this.#write(transferred, { flag, ...(this.#cut && { error: `connection closed due to ${this.#cut}` }) });
  }

  #write({ forward, backward }: Transferred, outcome: Pick<AccessRecord, 'error' | 'flag' | 'refusal'>): void {
    const { access, clock } = this.#proxied;
    const atMs = clock.now();
    access.complete({
      atMs,
      direction: 'inbound',
      source: this.#source,
      destination: this.#destination,
      bytesSent: backward,
      bytesReceived: forward,
      durationMs: atMs - this.#startedAtMs,
      ...outcome,
    });
  }
}

/** By its address; by its own words only when it came through a gateway, whose address that is. */
function sourceOf({ state, networkName }: Proxied, { source, sourceIdentity }: Arrival, tunnel?: Tunnel): Party {
  const from = tunnel?.headers['x-forwarded-network'];
  const viaGateway = typeof from === 'string' && from.toLowerCase() !== networkName.toLowerCase();
  const known = viaGateway ? undefined : state.workloadAt(networkName, source.ip);
  const told = known
    ? { workload: known.name, namespace: known.namespace, cluster: known.clusterId }
    : parseBaggage(tunnel?.headers['baggage']);
  return { address: addressOf(source), ...told, ...(sourceIdentity !== undefined && { identity: sourceIdentity }) };
}
