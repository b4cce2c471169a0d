/** What Kubernetes says of the mesh. */
import type { KubeReader } from '@meshbed/clients/kube';
import type { AuthorizationPolicyObject, PeerAuthenticationObject } from '@meshbed/policy/istio';
import { parse } from 'yaml';
import type * as kube from './objects.ts';
import type { DiscoveredAccount, MeshFacts } from './types.ts';

const core = 'v1';
const networking = 'networking.istio.io/v1';
const security = 'security.istio.io/v1';
const istioConfig = { apiVersion: core, kind: 'ConfigMap', metadata: { namespace: 'istio-system', name: 'istio' } };

/** @throws MeshbedError `cloud/kubernetes` */
export async function readMesh(
  reader: KubeReader,
  { account, cluster }: Pick<MeshFacts, 'account' | 'cluster'>,
): Promise<MeshFacts> {
  const list = async <T>(apiVersion: string, kind: string) => (await reader.list(apiVersion, kind)) as unknown as T[];
  const [config, namespaces, services, serviceAccounts, pods] = await Promise.all([
    reader.get(istioConfig),
    list<kube.Namespace>(core, 'Namespace'),
    list<kube.Service>(core, 'Service'),
    list<kube.ServiceAccount>(core, 'ServiceAccount'),
    list<kube.Pod>(core, 'Pod'),
  ]);
  const [serviceEntries, workloadEntries, policies, peerAuthentications] = await Promise.all([
    list<kube.ServiceEntry>(networking, 'ServiceEntry'),
    list<kube.WorkloadEntry>(networking, 'WorkloadEntry'),
    list<AuthorizationPolicyObject>(security, 'AuthorizationPolicy'),
    list<PeerAuthenticationObject>(security, 'PeerAuthentication'),
  ]);
  return {
    account,
    cluster,
    ...meshConfig(config as kube.ConfigMap | undefined),
    namespaces,
    services,
    serviceAccounts,
    pods,
    serviceEntries,
    workloadEntries,
    policies,
    peerAuthentications,
  };
}

interface MeshDocument {
  trustDomain?: string;
  rootNamespace?: string;
  platforms?: { ecs?: { accounts?: { role?: string; domain?: string }[] } };
}

type MeshConfig = Pick<MeshFacts, 'installed' | 'trustDomain' | 'rootNamespace' | 'ecsAccounts'>;

/** Key `mesh` of istiod's ConfigMap. */
export function meshConfig(config: kube.ConfigMap | undefined): MeshConfig {
  const document = (parse(config?.data?.['mesh'] ?? '') as MeshDocument | null) ?? {};
  return {
    installed: config !== undefined,
    trustDomain: document.trustDomain ?? 'cluster.local',
    rootNamespace: document.rootNamespace ?? 'istio-system',
    ecsAccounts: (document.platforms?.ecs?.accounts ?? []).map(discoveredAccount),
  };
}

const discoveredAccount = ({ role, domain = '' }: { role?: string; domain?: string }): DiscoveredAccount => ({
  roleArn: role === 'default' ? undefined : role,
  domain,
});
