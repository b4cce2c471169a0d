import type { Peer } from '@meshbed/core';
import {
  type ConnectRequest,
  formatAuthority,
  formatIdentity,
  HboneServer,
  type Responder,
  splice,
  type TlsMaterial,
} from '@meshbed/hbone';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { baggageOf } from '../baggage.ts';
import { awaitLocalWorkload, type Proxied } from '../proxied.ts';
import type { Workload } from '../state/types.ts';
import { OpenConnections } from './connections.ts';
import { type Arrival, type Decision, decideInbound, judge } from './decide.ts';
import { InboundReport } from './report.ts';

const connectTimeoutMs = 10_000;
export const hbonePort = 15008;

/** Connections to a workload: from the mesh on port 15008, and plain ones to its own ports. Policy decides over both. */
export class Inbound implements Disposable {
  readonly #proxied: Proxied;
  readonly #server: HboneServer;
  readonly #open = new OpenConnections();
  readonly #policies: Disposable;
  #material: TlsMaterial | undefined;

  constructor(proxied: Proxied) {
    this.#proxied = proxied;
    this.#server = new HboneServer({
      clock: proxied.clock,
      material: () => {
        if (!this.#material) throw new Error('no certificate yet');
        return this.#material;
      },
      onConnect: (request, respond) => void this.#tunnel(request, respond),
      onRejected: (peer, reason) => this.#failed(peer, `tls handshake error: ${reason}`),
    });
    this.#policies = proxied.state.onPoliciesChanged(() => this.#open.recheck());
  }

  /** A TLS connection from another ztunnel. */
  async acceptTunnels(socket: Socket, peer: Peer): Promise<void> {
    try {
      socket.on('error', () => {});
      this.#material = await this.#proxied.certificate.get();
      if (await awaitLocalWorkload(this.#proxied)) return this.#server.accept(socket, peer);
      throw new Error(`failed to fetch information about local workload: ${this.#proxied.name}`);
    } catch (error) {
      socket.destroy();
      this.#failed(peer, `identity error: ${(error as Error).message}`);
    }
  }

  /** A connection without mutual TLS, to a port of the workload: a peer without identity. */
  async acceptPlaintext(socket: Socket, peer: Peer, port: number): Promise<void> {
    socket.on('error', () => {});
    const workload = await awaitLocalWorkload(this.#proxied);
    if (!workload) {
      socket.destroy();
      return this.#failed(peer, `failed to fetch information about local workload: ${this.#proxied.name}`);
    }
    const { ip } = this.#proxied.network;
    const arrival: Arrival = { target: { host: ip, port }, localIp: ip, sourceIdentity: undefined, source: peer };
    await this.#carry(workload, arrival, new InboundReport(this.#proxied, workload, arrival), {
      accept: () => socket,
      refuse: () => socket.destroy(),
      cut: () => socket.destroy(),
    });
  }

  /** Tells peers to go elsewhere; open connections go on. */
  drain(): void {
    this.#server.drain();
  }

  [Symbol.dispose](): void {
    this.#policies[Symbol.dispose]();
    this.#open.cutAll();
    this.#server[Symbol.dispose]();
  }

  async #tunnel(request: ConnectRequest, respond: Responder): Promise<void> {
    const workload = await awaitLocalWorkload(this.#proxied);
    if (!workload) return respond.refuse(503);
    const { authority, peer, headers } = request;
    const sourceIdentity = formatIdentity(request.peerIdentity);
    const arrival: Arrival = { target: authority, localIp: this.#proxied.network.ip, sourceIdentity, source: peer };
    const report = new InboundReport(this.#proxied, workload, arrival, {
      headers,
      hboneAddress: formatAuthority(authority),
    });
    let stream: ReturnType<Responder['accept']>;
    await this.#carry(workload, arrival, report, {
      accept: () => (stream = respond.accept({ baggage: baggageOf(workload) })),
      refuse: (status) => respond.refuse(status),
      cut: () => stream?.close(8), // CANCEL: the other ztunnel takes it for the end
    });
  }

  /** Decides, connects, answers, copies; one record in the access log, whatever happens. */
  async #carry(workload: Workload, arrival: Arrival, report: InboundReport, caller: Caller): Promise<void> {
    const { state } = this.#proxied;
    let application: Socket | undefined;
    let decision: Decision | undefined;
    let cut = false;
    using _ = this.#open.add({
      allowed: () => decision?.kind !== 'connect' || judge(state, workload, arrival, decision.port) === undefined,
      cut: (reason) => {
        cut = true;
        report.cut(reason);
        caller.cut();
        application?.destroy();
      },
    });
    decision = decideInbound(state, workload, arrival);
    report.service(decision.service);
    if (decision.kind === 'refuse') {
      caller.refuse(decision.status);
      return report.refused(decision);
    }
    try {
      application = await this.#connect(decision.port);
    } catch (error) {
      caller.refuse(503);
      return report.error(`connection failed: ${(error as Error).message}`, 'CONNECT');
    }
    const stream = cut ? undefined : caller.accept();
    if (!stream) {
      application.destroy();
      if (cut) caller.refuse(401);
      return report.complete({ forward: 0, backward: 0 });
    }
    report.complete(await splice(stream, application, { resets: 'end' }));
  }

  /** Always to the workload's own address, whatever the caller asked for; past the redirect, or it would come back here. */
  #connect(port: number): Promise<Socket> {
    const { network } = this.#proxied;
    return network.connectDirect(network.ip, port, { timeoutMs: connectTimeoutMs });
  }

  #failed(peer: Peer, error: string): void {
    const { access, network } = this.#proxied;
    access.failed('inbound', peer, { ip: network.ip, port: hbonePort }, error);
  }
}

interface Caller {
  accept(): Duplex | undefined;
  refuse(status: 400 | 401 | 503): void;
  cut(): void;
}
