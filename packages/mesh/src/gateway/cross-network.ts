import type { Peer, ProgramContext } from '@meshbed/core';
import {
  type ConnectRequest,
  formatAuthority,
  formatIdentity,
  isAddress,
  type Responder,
  splice,
  type Transferred,
} from '@meshbed/hbone';
import { type AccessLog, addressOf } from '../ztunnel/access-log/index.ts';
import { type Endpoint, selectEndpoint } from '../ztunnel/outbound/endpoints.ts';
import type { MeshState } from '../ztunnel/state/index.ts';

const hbonePort = 15008;
const connectTimeoutMs = 10_000;

interface CrossNetworkOptions {
  context: Pick<ProgramContext, 'network' | 'clock'>;
  state: MeshState;
  access: AccessLog;
  networkName: string;
  /** Its own, which outer tunnels end at. */
  identity: string;
}

/** Leads the tunnels of other networks to endpoints in this one. Whom they may reach is decided there, by the inner identity. */
export class CrossNetwork implements Disposable {
  readonly #options: CrossNetworkOptions;
  readonly #open = new Set<() => void>();

  constructor(options: CrossNetworkOptions) {
    this.#options = options;
  }

  async connect(request: ConnectRequest, respond: Responder): Promise<void> {
    const { context, access, identity } = this.#options;
    const startedAtMs = context.clock.now();
    const report = (hop: string, transferred: Transferred, error?: string) =>
      access.complete({
        atMs: context.clock.now(),
        direction: 'inbound',
        source: { address: addressOf(request.peer), identity: formatIdentity(request.peerIdentity) },
        destination: { address: hop, hboneAddress: formatAuthority(request.authority), identity },
        bytesSent: transferred.backward,
        bytesReceived: transferred.forward,
        durationMs: context.clock.now() - startedAtMs,
        flag: error === undefined ? '-' : 'CONNECT',
        ...(error !== undefined && { error }),
      });
    const nothing = { forward: 0, backward: 0 };
    const hop = this.#hop(request);
    if ('error' in hop) {
      respond.refuse(503);
      return report(addressOf({ ip: context.network.ip, port: hbonePort }), nothing, hop.error);
    }
    try {
      report(addressOf(hop), await this.#carry(hop, respond));
    } catch (error) {
      respond.refuse(503);
      report(addressOf(hop), nothing, `connection failed: ${(error as Error).message}`);
    }
  }

  rejected(peer: Peer, reason: string): void {
    const { context, access } = this.#options;
    access.failed('inbound', peer, { ip: context.network.ip, port: hbonePort }, `tls handshake error: ${reason}`);
  }

  [Symbol.dispose](): void {
    for (const close of this.#open) close();
  }

  async #carry(hop: Peer, respond: Responder): Promise<Transferred> {
    const { network } = this.#options.context;
    const onward = await network.connectDirect(hop.ip, hop.port, { timeoutMs: connectTimeoutMs });
    const stream = respond.accept();
    const close = () => onward.destroy();
    this.#open.add(close);
    try {
      if (stream) return await splice(stream, onward, { resets: 'end' });
      onward.destroy();
      return { forward: 0, backward: 0 };
    } finally {
      this.#open.delete(close);
    }
  }

  /** An endpoint of the named service in this network, which must speak HBONE: the inner tunnel ends there. */
  #hop({ authority }: ConnectRequest): Peer | { error: string } {
    const { state } = this.#options;
    if (isAddress(authority.host))
      return { error: `a gateway leads to services, not to addresses: ${formatAuthority(authority)}` };
    const service = state.serviceNamed(authority.host, '');
    if (!service) return { error: `no service for hostname: ${authority.host}` };
    const endpoint = this.#endpoint(service, authority.port);
    const ip = endpoint?.workload.addresses[0];
    return ip === undefined ? { error: `no healthy upstream: ${formatAuthority(authority)}` } : { ip, port: hbonePort };
  }

  #endpoint(service: Parameters<MeshState['endpointsOf']>[0], port: number): Endpoint | undefined {
    const { state, networkName: network } = this.#options;
    const reachable = {
      endpointsOf: (of: typeof service) =>
        state
          .endpointsOf(of)
          .filter(
            (workload) =>
              workload.network === network && workload.protocol === 'HBONE' && workload.addresses.length > 0,
          ),
    };
    return selectEndpoint({ state: reachable, service, port, network, source: undefined, random: Math.random });
  }
}
