/** What Kubernetes says of the mesh. */
import type { KubeReader, KubeResourceName } from '@meshbed/clients/kube';
import type { AuthorizationPolicyObject, PeerAuthenticationObject } from '@meshbed/policy/istio';
import { parse } from 'yaml';
import type * as kube from './objects.ts';
import type { DiscoveredAccount, MeshFacts } from './types.ts';

const core = (plural: string): KubeResourceName => ({ apiVersion: 'v1', plural });
const networking = (plural: string): KubeResourceName => ({ apiVersion: 'networking.istio.io/v1', plural });
const security = (plural: string): KubeResourceName => ({ apiVersion: 'security.istio.io/v1', plural });

/** @throws MeshbedError `cloud/kubernetes` */
export async function readMesh(
  reader: KubeReader,
  { account, cluster }: Pick<MeshFacts, 'account' | 'cluster'>,
): Promise<MeshFacts> {
  const list = async <T>(resource: KubeResourceName) => (await reader.list(resource)) as unknown as T[];
  const [config, namespaces, services, serviceAccounts, pods] = await Promise.all([
    reader.get(core('configmaps'), 'istio-system', 'istio'),
    list<kube.Namespace>(core('namespaces')),
    list<kube.Service>(core('services')),
    list<kube.ServiceAccount>(core('serviceaccounts')),
    list<kube.Pod>(core('pods')),
  ]);
  const [serviceEntries, workloadEntries, policies, peerAuthentications] = await Promise.all([
    list<kube.ServiceEntry>(networking('serviceentries')),
    list<kube.WorkloadEntry>(networking('workloadentries')),
    list<AuthorizationPolicyObject>(security('authorizationpolicies')),
    list<PeerAuthenticationObject>(security('peerauthentications')),
  ]);
  return {
    account,
    cluster,
    ...meshConfig(config as kube.ConfigMap | undefined),
    ...{ namespaces, services, serviceAccounts, pods, serviceEntries, workloadEntries, policies, peerAuthentications },
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
