import type { ProgramContext } from '@meshbed/core';
import { parseDuration } from '../duration.ts';

/** What the deployment's environment says. */
export interface PilotSettings {
  namespace: string;
  clusterId: string;
  version: string;
  gatewayImage: string;
  /** `PILOT_ENABLE_IP_AUTOALLOCATE`, default on. */
  allocatesAddresses: boolean;
  /** Audiences of tokens that are accepted, one after the other. */
  audiences: readonly (readonly string[])[];
  /** `CA_TRUSTED_NODE_ACCOUNTS`: who may ask for certificates of pods on its node. */
  nodeAgents: readonly string[];
  region: string;
  awsEndpoint: string | undefined;
  /** `ECS_DISCOVERY_INTERVAL`, as `10s` or `500ms`. */
  ecsIntervalMs: number;
  /** `PILOT_DEBOUNCE_AFTER` and `PILOT_DEBOUNCE_MAX`. */
  quietMs: number;
  maxWaitMs: number;
}

export function pilotSettings({ env }: Pick<ProgramContext, 'env'>): PilotSettings {
  const namespace = env['POD_NAMESPACE'] ?? 'istio-system';
  const agents = env['CA_TRUSTED_NODE_ACCOUNTS'] ?? `${namespace}/ztunnel`;
  const duration = (name: string, fallback: string) => parseDuration(name, env[name] ?? fallback);
  return {
    namespace,
    clusterId: env['CLUSTER_ID'] ?? 'Kubernetes',
    version: env['ISTIO_VERSION'] ?? 'unknown',
    gatewayImage: env['PILOT_GATEWAY_IMAGE'] ?? 'us-docker.pkg.dev/soloio-img/istio/proxyv2:1.28.1-solo',
    allocatesAddresses: env['PILOT_ENABLE_IP_AUTOALLOCATE'] !== 'false',
    audiences: env['REQUIRE_3P_TOKEN'] === 'false' ? [['istio-ca'], []] : [['istio-ca']],
    nodeAgents: agents.split(',').map((name) => name.trim()),
    region: env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? 'us-east-2',
    awsEndpoint: env['AWS_ENDPOINT_URL'],
    ecsIntervalMs: duration('ECS_DISCOVERY_INTERVAL', '500ms'),
    quietMs: duration('PILOT_DEBOUNCE_AFTER', '5ms'),
    maxWaitMs: duration('PILOT_DEBOUNCE_MAX', '1s'),
  };
}
