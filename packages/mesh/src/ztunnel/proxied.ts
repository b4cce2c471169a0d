import type { Clock, WorkloadNetwork } from '@meshbed/core';
import type { TlsMaterial } from '@meshbed/hbone';
import type { AccessLog } from './access-log/index.ts';
import type { MeshState } from './state/index.ts';
import type { Workload } from './state/types.ts';

/** A workload's certificate; `RotatingCertificate` is one. */
export interface Certificate {
  /** @throws what the authority says, while there is none yet. */
  get(): Promise<TlsMaterial>;
}

/** One workload that ztunnel works for, with all it needs to do so. */
export interface Proxied {
  network: WorkloadNetwork;
  /** Name of the network it is on (`topology.istio.io/network`). */
  networkName: string;
  namespace: string;
  /** What it is called in the log before istiod has told about it. */
  name: string;
  clusterDomain: string;
  certificate: Certificate;
  state: MeshState;
  access: AccessLog;
  clock: Clock;
  /** How long a tunnel connection stays that nobody uses; default 5 minutes. */
  idleReleaseMs?: number;
  /** From 0 to below 1; chooses among endpoints. */
  random: () => number;
}

export const localWorkload = ({ state, networkName, network }: Proxied): Workload | undefined =>
  state.workloadAt(networkName, network.ip);

const patienceMs = 5000;

/** The workload itself as istiod describes it, waiting for up to 5 s; undefined when it stays unknown. */
export async function awaitLocalWorkload(proxied: Proxied): Promise<Workload | undefined> {
  const known = localWorkload(proxied);
  if (known) return known;
  const { promise, resolve } = Promise.withResolvers<Workload | undefined>();
  using _ = proxied.state.onChange(() => {
    const found = localWorkload(proxied);
    if (found) resolve(found);
  });
  const timer = proxied.clock.after(patienceMs, () => resolve(undefined));
  return await promise.finally(() => timer[Symbol.dispose]());
}
