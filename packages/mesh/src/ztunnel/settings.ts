import { MeshbedError, type ProgramContext } from '@meshbed/core';
import { containerCredentials } from '../aws/index.ts';
import { type BootstrapToken, decodeBootstrapToken } from '../bootstrap.ts';
import { parseDuration } from '../duration.ts';
import { signIdentity } from '../identity/index.ts';
import { ControlPlane } from './control-plane.ts';

const tokenFile = '/var/run/secrets/tokens/istio-token';
const rootFile = '/var/run/secrets/istio/root-cert.pem';
const inClusterIstiod = 'istiod.istio-system.svc:15012';

/** Where and for whom a ztunnel (or a gateway) works. */
export interface Settings {
  controlPlane: ControlPlane;
  networkName: string;
  namespace: string;
  serviceAccount: string;
  trustDomain: string;
  clusterDomain: string;
  version: string;
  /** `POOL_UNUSED_RELEASE_TIMEOUT`: how long a tunnel connection stays that nobody uses. */
  idleReleaseMs: number;
}

/** `ztunnel~IP~POD.NAMESPACE~NAMESPACE.svc.cluster.local` and what istiod checks of it. */
function nodeOf(
  context: ProgramContext,
  own: { namespace: string; serviceAccount: string; clusterId: string; network: string },
) {
  const { env, network, hostname } = context;
  const name = env['POD_NAME'] ?? hostname;
  const fromEnvironment = Object.entries(env).flatMap(([key, value]) =>
    key.startsWith('ISTIO_META_') ? [[key.slice(11), value]] : [],
  );
  return {
    id: `ztunnel~${env['INSTANCE_IP'] ?? network.ip}~${name}.${own.namespace}~${own.namespace}.svc.cluster.local`,
    metadata: {
      ...(Object.fromEntries(fromEnvironment) as Record<string, string>),
      NAME: name,
      NAMESPACE: own.namespace,
      SERVICE_ACCOUNT: own.serviceAccount,
      INSTANCE_IPS: network.ip,
      NODE_NAME: env['NODE_NAME'] ?? '',
      CLUSTER_ID: own.clusterId,
      NETWORK: own.network,
    },
  };
}

/** Of a program in a pod: a mounted token and root certificate. @throws MeshbedError when they are not there. */
export function podSettings(context: ProgramContext, { impersonate }: { impersonate: boolean }): Settings {
  const { env } = context;
  const rootsPem = context.readFile(rootFile);
  if (rootsPem === undefined)
    throw missing(rootFile, "istiod writes it into ConfigMap istio-ca-root-cert of the pod's namespace");
  const own = {
    namespace: env['POD_NAMESPACE'] ?? 'istio-system',
    serviceAccount: env['SERVICE_ACCOUNT'] ?? 'ztunnel',
    clusterId: env['CLUSTER_ID'] ?? 'Kubernetes',
    network: env['NETWORK'] ?? '',
  };
  const authorization = async () => {
    const token = context.readFile(tokenFile)?.trim();
    if (!token) throw missing(tokenFile, 'the pod has no projected service account token for audience istio-ca');
    return `Bearer ${token}`;
  };
  const node = nodeOf(context, own);
  const address = env['XDS_ADDRESS'] ?? inClusterIstiod;
  const controlPlane = new ControlPlane({ context, address, rootsPem, authorization, node, impersonate });
  return { ...common(context), controlPlane, networkName: own.network, ...own };
}

/** Of a task outside Kubernetes: the bootstrap token, and the task's role as proof. @throws MeshbedError */
export function taskSettings(context: ProgramContext): Settings {
  const { env, clock } = context;
  const text = env['BOOTSTRAP_TOKEN'];
  if (text === undefined)
    throw missing('BOOTSTRAP_TOKEN', 'the service was not enrolled with istioctl ecs add-service');
  const token: BootstrapToken = decodeBootstrapToken(text);
  const credentials = containerCredentials(context);
  const region = env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'];
  if (region === undefined) throw missing('AWS_REGION', 'ECS sets it in every container');
  const endpoint = env['AWS_ENDPOINT_URL_STS'] ?? env['AWS_ENDPOINT_URL'];
  const authorization = async () =>
    signIdentity({ credentials: await credentials(), region, endpoint, nowMs: clock.now() });
  const { istiodAddress: address, rootCertificate: rootsPem, network: networkName } = token;
  const node = nodeOf(context, token);
  const controlPlane = new ControlPlane({ context, address, rootsPem, authorization, node, impersonate: true });
  const { namespace, serviceAccount } = token;
  return { ...common(context), controlPlane, networkName, namespace, serviceAccount };
}

const common = ({ env }: ProgramContext) => ({
  trustDomain: env['TRUST_DOMAIN'] ?? 'cluster.local',
  clusterDomain: env['CLUSTER_DOMAIN'] ?? 'cluster.local',
  version: env['ISTIO_META_ISTIO_VERSION'] ?? 'unknown',
  idleReleaseMs: parseDuration('POOL_UNUSED_RELEASE_TIMEOUT', env['POOL_UNUSED_RELEASE_TIMEOUT'] ?? '5m'),
});

const missing = (what: string, likely: string) =>
  new MeshbedError('environment/ztunnel', `ztunnel needs ${what}`, { likely });
