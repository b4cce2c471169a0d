/** Where the Kubernetes API serves a kind. */
export interface KubeResource {
  group: string;
  version: string;
  kind: string;
  plural: string;
  namespaced: boolean;
}

/** What an object says it is. */
export interface KubeType {
  apiVersion: string;
  kind: string;
}

/** Where a kind is served, or what to look up. */
export type Kind = KubeResource | KubeType;

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

/** Kinds that are known without asking the server. */
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

export const typeOf = (resource: KubeResource): KubeType => ({
  apiVersion: apiVersionOf(resource),
  kind: resource.kind,
});

/** Undefined for a kind that is not in the table. */
export const knownResource = ({ apiVersion, kind }: KubeType): KubeResource | undefined =>
  Object.values(resources).find((each) => each.kind === kind && apiVersionOf(each) === apiVersion);

/** Where a group and version are served: `/api/v1`, `/apis/apps/v1`. */
export const rootOf = (apiVersion: string): string => `/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}`;

/** A list of all namespaces when `namespace` is undefined. */
export function collectionPath(resource: KubeResource, namespace?: string): string {
  const scope = namespace !== undefined && resource.namespaced ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${rootOf(apiVersionOf(resource))}${scope}/${resource.plural}`;
}

/** As for kubectl, an object that names no namespace is in `default`. */
export function objectPath(resource: KubeResource, name: string, namespace = 'default'): string {
  return `${collectionPath(resource, namespace)}/${encodeURIComponent(name)}`;
}
