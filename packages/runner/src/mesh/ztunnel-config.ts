import type { RunContext } from '../run/context.ts';

/** What the proxies of the cluster know; the shapes of ztunnel's `/config_dump`, as `istioctl ztunnel-config -o json` prints them. */
export interface ZtunnelService {
  name: string;
  namespace: string;
  hostname: string;
  /** `network/address` */
  vips: string[];
}

export interface ZtunnelWorkload {
  name: string;
  namespace: string;
  protocol: 'HBONE' | 'TCP';
  workloadIps: string[];
  serviceAccount?: string;
  workloadName?: string;
  /** `namespace/hostname` */
  services?: string[];
}

export interface ZtunnelPolicy {
  name: string;
  namespace: string;
  action: string;
  scope: string;
}

interface Kinds {
  services: ZtunnelService;
  workloads: ZtunnelWorkload;
  policies: ZtunnelPolicy;
}

/** Asks a proxy, so that what has arrived there is known and not guessed from the time that has passed. */
export async function ztunnelConfig<K extends keyof Kinds>(run: RunContext, kind: K): Promise<Kinds[K][]> {
  const istioctl = await run.istioctl();
  return (await istioctl.json<Kinds[K][] | null>(['ztunnel-config', kind])) ?? [];
}
