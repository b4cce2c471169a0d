import { type Clock, systemClock } from '@meshbed/core';
import { type TlsMaterial } from '@meshbed/hbone';
import type { Authority } from '@meshbed/x509';
import { testAuthority, testMaterial } from '@meshbed/hbone/testing';
import type { Socket } from 'node:net';
import { AccessLog } from '../ztunnel/access-log/index.ts';
import { Inbound } from '../ztunnel/inbound/index.ts';
import { TrafficMetrics } from '../ztunnel/metrics/index.ts';
import { Outbound } from '../ztunnel/outbound/index.ts';
import type { Proxied } from '../ztunnel/proxied.ts';
import { redirectTo } from '../ztunnel/redirect.ts';
import { MeshState } from '../ztunnel/state/index.ts';
import { identityOf, type PortMap, type Service, type Workload } from '../ztunnel/state/types.ts';
import { TestNetwork, type TestWorkload } from './network.ts';

export const workloadOf = (given: Partial<Workload> & { name: string; addresses: readonly string[] }): Workload => ({
  kind: 'workload',
  uid: `Kubernetes//Pod/${given.namespace ?? 'default'}/${given.name}`,
  namespace: 'default',
  hostname: '',
  network: 'net',
  protocol: 'HBONE',
  trustDomain: 'cluster.local',
  serviceAccount: given.name,
  node: 'node',
  canonicalName: given.name,
  canonicalRevision: 'latest',
  workloadType: 'pod',
  workloadName: given.name,
  nativeTunnel: false,
  clusterId: 'Kubernetes',
  locality: { region: '', zone: '', subzone: '' },
  networkMode: 'Standard',
  status: 'Healthy',
  capacity: 1,
  services: new Map(),
  authorizationPolicies: [],
  ...given,
});

export const serviceOf = (given: Partial<Service> & { hostname: string; ports: PortMap }): Service => ({
  kind: 'service',
  name: given.hostname.split('.')[0] ?? '',
  namespace: 'default',
  vips: [],
  subjectAltNames: [],
  canonical: true,
  ...given,
});

/** A workload with its own ztunnel. */
export interface TestMember {
  workload: Workload;
  network: TestWorkload;
  inbound: Inbound;
  outbound: Outbound;
  access: AccessLog;
  metrics: TrafficMetrics;
  lines: string[];
  proxied: Proxied;
}

export interface MemberOptions {
  /** In place of a certificate of the mesh's authority. */
  material?: TlsMaterial;
  /** Redirects all traffic, as the node agent does for pods. Default: true. */
  captured?: boolean;
}

/**
 * Workloads with a ztunnel each, in one process, on sockets of their own; the mesh's state is one for all. A world
 * `beside` another has the same wires and the same authority, and a state of its own: another cluster of the mesh.
 */
export class MeshWorld implements Disposable {
  readonly network: TestNetwork;
  readonly state: MeshState = new MeshState();
  readonly root: Authority;
  readonly clock: Clock;
  readonly #members: TestMember[] = [];

  constructor({ clock = systemClock, beside }: { clock?: Clock; beside?: MeshWorld } = {}) {
    this.clock = clock;
    this.network = beside?.network ?? new TestNetwork();
    this.root = beside?.root ?? testAuthority('root');
  }

  async join(workload: Workload, { material, captured = true }: MemberOptions = {}): Promise<TestMember> {
    const network = this.network.workload(workload.addresses[0] ?? '');
    const lines: string[] = [];
    const metrics = new TrafficMetrics();
    const access = new AccessLog({ clock: this.clock, print: (line) => lines.push(line), metrics });
    const own = material ?? testMaterial(this.root, { uris: [identityOf(workload)] });
    const proxied: Proxied = {
      network,
      networkName: workload.network,
      namespace: workload.namespace,
      name: workload.name,
      clusterDomain: 'cluster.local',
      certificate: { get: async () => own },
      state: this.state,
      access,
      clock: this.clock,
      random: () => 0,
    };
    const inbound = new Inbound(proxied);
    const outbound = new Outbound(proxied);
    await network.listen(15008, (socket, peer) => void inbound.acceptTunnels(socket, peer));
    if (captured) network.redirect = redirectTo(proxied, inbound, outbound);
    this.state.setWorkload(workload);
    const member = { workload, network, inbound, outbound, access, metrics, lines, proxied };
    this.#members.push(member);
    return member;
  }

  [Symbol.dispose](): void {
    for (const { inbound, outbound } of this.#members) {
      inbound[Symbol.dispose]();
      outbound[Symbol.dispose]();
    }
  }
}

/** An application that answers each line with the same line, and counts who came. */
export async function echoApplication(network: TestWorkload, port: number): Promise<{ connections: number }> {
  const seen = { connections: 0 };
  await network.listen(port, (socket: Socket) => {
    seen.connections++;
    socket.on('error', () => {});
    socket.on('data', (chunk) => socket.write(chunk));
    socket.once('end', () => socket.end());
  });
  return seen;
}
