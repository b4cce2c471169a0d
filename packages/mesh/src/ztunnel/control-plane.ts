import { messageOf, type ProgramContext } from '@meshbed/core';
import { requestCertificate, type WorkloadCertificate } from '../certificates/index.ts';
import type { Metadata } from '../grpc/index.ts';
import { XdsClient } from '../xds/index.ts';
import type { AccessLog } from './access-log/index.ts';
import type { MeshState } from './state/index.ts';
import { watchesOf } from './state/watches.ts';

export interface ControlPlaneOptions {
  context: ProgramContext;
  /** `host:port`, with or without `https://`. */
  address: string;
  rootsPem: string;
  /** Proves who we are; asked for each stream and each certificate. */
  authorization: () => Promise<string>;
  node: { id: string; metadata: Readonly<Record<string, string>> };
  /** Asks for certificates by the name of the identity: of pods, or of one among several that the caller may have. */
  impersonate: boolean;
}

/** istiod's name, whatever address leads to it. */
const servername = 'istiod.istio-system.svc';

/** The way to istiod: discovery and certificates. */
export class ControlPlane {
  readonly #options: ControlPlaneOptions;

  constructor(options: ControlPlaneOptions) {
    this.#options = options;
  }

  requestCertificate(spiffe: string): Promise<WorkloadCertificate> {
    return requestCertificate({ ...this.#transport(), spiffe, impersonate: this.#options.impersonate });
  }

  /** Keeps `state` in step until the program ends; the promise is for the first complete picture. */
  follow(state: MeshState, access: AccessLog): Promise<void> {
    const { context, node } = this.#options;
    const client = new XdsClient({
      ...this.#transport(),
      node,
      watches: watchesOf(state),
      onState(now) {
        const problem = now.connected ? undefined : now.cause === undefined ? 'the stream ended' : messageOf(now.cause);
        if (problem === undefined) access.write('info', 'xds::client', 'Stream established');
        else access.write('warn', 'xds::client', `XDS client connection error: ${problem}, retrying`);
      },
    });
    void client.run(context.signal);
    return client.ready;
  }

  #transport() {
    const { context, address, rootsPem, authorization, node } = this.#options;
    const { host, port } = endpointOf(address);
    const metadata = async (): Promise<Metadata> => ({
      authorization: await authorization(),
      clusterid: node.metadata['CLUSTER_ID'] ?? '',
    });
    return {
      dial: () => context.network.connectDirect(host, port),
      ca: rootsPem,
      servername,
      clock: context.clock,
      metadata,
    };
  }
}

function endpointOf(address: string): { host: string; port: number } {
  const { hostname, port } = new URL(address.includes('://') ? address : `https://${address}`);
  return { host: hostname, port: Number(port || 443) };
}
