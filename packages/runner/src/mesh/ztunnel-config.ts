import { MeshbedError } from '@meshbed/core';
import type { CloudContext } from '../run/context.ts';
import type { KubernetesName } from '../scenario/types.ts';

/** The shapes of ztunnel's `/config_dump`. */
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

/** What one proxy knows. */
export interface ZtunnelConfig {
  services: ZtunnelService[];
  workloads: ZtunnelWorkload[];
  policies: ZtunnelPolicy[];
}

const namespace = 'istio-system';
const adminPort = 15_000;

/**
 * Asks the proxies of all nodes, so that what has arrived there is known and not guessed from the time that has passed.
 * This is what `istioctl ztunnel-config` prints of one of them.
 * @throws MeshbedError `cloud/no-ztunnel` when none runs
 */
export async function ztunnelConfigs(
  run: CloudContext,
  cluster: KubernetesName = 'eks',
): Promise<readonly [ZtunnelConfig, ...ZtunnelConfig[]]> {
  const kube = await run.kube(cluster);
  const pods = await kube.list('v1', 'Pod', { namespace, labels: 'app=ztunnel' });
  const running = pods.filter(({ status }) => (status as { phase?: string } | undefined)?.phase === 'Running');
  const dumps = running.map(({ metadata }) =>
    kube.getInside({ namespace, pod: metadata.name }, adminPort, '/config_dump'),
  );
  const [first, ...others] = (await Promise.all(dumps)).map((dump) => JSON.parse(dump) as ZtunnelConfig);
  if (first) return [first, ...others];
  throw new MeshbedError('cloud/no-ztunnel', `no ztunnel runs in the ${cluster.toUpperCase()} cluster`, {
    next: `kubectl get pods -n ${namespace} -l app=ztunnel`,
  });
}
