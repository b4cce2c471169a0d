/** The kinds that the mesh reads and writes: where the Kubernetes API serves them. */
export interface KubeResource {
  group: string;
  version: string;
  kind: string;
  plural: string;
  namespaced: boolean;
}

type ResourceName =
  | 'namespaces'
  | 'nodes'
  | 'pods'
  | 'services'
  | 'configMaps'
  | 'secrets'
  | 'serviceAccounts'
  | 'events'
  | 'deployments'
  | 'daemonSets'
  | 'replicaSets'
  | 'endpointSlices'
  | 'clusterRoles'
  | 'clusterRoleBindings'
  | 'roles'
  | 'roleBindings'
  | 'customResourceDefinitions'
  | 'tokenReviews'
  | 'gatewayClasses'
  | 'gateways'
  | 'serviceEntries'
  | 'workloadEntries'
  | 'authorizationPolicies'
  | 'peerAuthentications';

const at = (apiVersion: string, kind: string, plural: string, scope: 'namespaced' | 'cluster' = 'namespaced') => {
  const [version = '', group = ''] = apiVersion.split('/').toReversed();
  return { group, version, kind, plural, namespaced: scope === 'namespaced' };
};

export const resources: Readonly<Record<ResourceName, KubeResource>> = {
  namespaces: at('v1', 'Namespace', 'namespaces', 'cluster'),
  nodes: at('v1', 'Node', 'nodes', 'cluster'),
  pods: at('v1', 'Pod', 'pods'),
  services: at('v1', 'Service', 'services'),
  configMaps: at('v1', 'ConfigMap', 'configmaps'),
  secrets: at('v1', 'Secret', 'secrets'),
  serviceAccounts: at('v1', 'ServiceAccount', 'serviceaccounts'),
  events: at('v1', 'Event', 'events'),
  deployments: at('apps/v1', 'Deployment', 'deployments'),
  daemonSets: at('apps/v1', 'DaemonSet', 'daemonsets'),
  replicaSets: at('apps/v1', 'ReplicaSet', 'replicasets'),
  endpointSlices: at('discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices'),
  clusterRoles: at('rbac.authorization.k8s.io/v1', 'ClusterRole', 'clusterroles', 'cluster'),
  clusterRoleBindings: at('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'clusterrolebindings', 'cluster'),
  roles: at('rbac.authorization.k8s.io/v1', 'Role', 'roles'),
  roleBindings: at('rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings'),
  customResourceDefinitions: at(
    'apiextensions.k8s.io/v1',
    'CustomResourceDefinition',
    'customresourcedefinitions',
    'cluster',
  ),
  tokenReviews: at('authentication.k8s.io/v1', 'TokenReview', 'tokenreviews', 'cluster'),
  gatewayClasses: at('gateway.networking.k8s.io/v1', 'GatewayClass', 'gatewayclasses', 'cluster'),
  gateways: at('gateway.networking.k8s.io/v1', 'Gateway', 'gateways'),
  serviceEntries: at('networking.istio.io/v1', 'ServiceEntry', 'serviceentries'),
  workloadEntries: at('networking.istio.io/v1', 'WorkloadEntry', 'workloadentries'),
  peerAuthentications: at('security.istio.io/v1', 'PeerAuthentication', 'peerauthentications'),
  authorizationPolicies: at('security.istio.io/v1', 'AuthorizationPolicy', 'authorizationpolicies'),
};

const apiVersionOf = ({ group, version }: KubeResource): string => (group === '' ? version : `${group}/${version}`);

export const typeOf = (resource: KubeResource): { apiVersion: string; kind: string } => ({
  apiVersion: apiVersionOf(resource),
  kind: resource.kind,
});

/** @throws Error for a kind that is not in the table. */
export function resourceOf({ apiVersion, kind }: { apiVersion: string; kind: string }): KubeResource {
  const found = Object.values(resources).find((each) => each.kind === kind && apiVersionOf(each) === apiVersion);
  if (!found) throw new Error(`${apiVersion} ${kind}: not a kind that the mesh knows`);
  return found;
}

export function pathOf(resource: KubeResource, namespace?: string, name?: string): string {
  const root = resource.group === '' ? `/api/${resource.version}` : `/apis/${apiVersionOf(resource)}`;
  const scope = namespace !== undefined && resource.namespaced ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${root}${scope}/${resource.plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`;
}
