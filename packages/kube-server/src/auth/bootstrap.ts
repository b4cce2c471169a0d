import type { NewObject, PolicyRule } from '../objects/index.ts';
import { authenticatedGroup, mastersGroup } from './user.ts';

const apiVersion = 'rbac.authorization.k8s.io/v1';
const group = 'rbac.authorization.k8s.io';
const everyVerb = ['*'];
const readVerbs = ['get', 'list', 'watch'];
const writeVerbs = [...readVerbs, 'create', 'delete', 'deletecollection', 'patch', 'update'];

const publicPaths = ['/healthz', '/livez', '/readyz', '/version', '/version/'];
const discoveryPaths = [...publicPaths, '/api', '/api/*', '/apis', '/apis/*', '/openapi', '/openapi/*'];

const namespaced: readonly (readonly [group: string, resources: readonly string[]])[] = [
  [
    '',
    [
      'configmaps',
      'endpoints',
      'events',
      'pods',
      'pods/attach',
      'pods/eviction',
      'pods/exec',
      'pods/log',
      'pods/portforward',
      'pods/status',
      'serviceaccounts',
      'serviceaccounts/token',
      'services',
      'services/status',
    ],
  ],
  ['apps', ['daemonsets', 'deployments', 'deployments/scale', 'replicasets', 'replicasets/scale', 'statefulsets']],
  ['autoscaling', ['horizontalpodautoscalers']],
  ['coordination.k8s.io', ['leases']],
  ['discovery.k8s.io', ['endpointslices']],
  ['networking.k8s.io', ['ingresses', 'networkpolicies']],
  ['policy', ['poddisruptionbudgets']],
];

const writable = (more: readonly PolicyRule[]): PolicyRule[] => [
  ...namespaced.map(([apiGroup, resources]) => ({
    verbs: writeVerbs,
    apiGroups: [apiGroup],
    resources: [...resources],
  })),
  ...more,
];

/** What reading does not include: acting through a pod, and taking identities. */
const actions = new Set(['pods/attach', 'pods/eviction', 'pods/exec', 'pods/portforward', 'serviceaccounts/token']);

const readable: PolicyRule[] = namespaced.map(([apiGroup, resources]) => ({
  verbs: readVerbs,
  apiGroups: [apiGroup],
  resources: resources.filter((resource) => !actions.has(resource)),
}));

const secrets: PolicyRule = { verbs: writeVerbs, apiGroups: [''], resources: ['secrets'] };
const namespaces: PolicyRule = { verbs: readVerbs, apiGroups: [''], resources: ['namespaces'] };
const ownRoles: PolicyRule = { verbs: writeVerbs, apiGroups: [group], resources: ['roles', 'rolebindings'] };

/** The roles that every cluster has; `admin`, `edit` and `view` also collect what is labelled for them. */
const roles: Readonly<Record<string, PolicyRule[]>> = {
  'cluster-admin': [
    { verbs: everyVerb, apiGroups: ['*'], resources: ['*'] },
    { verbs: everyVerb, nonResourceURLs: ['*'] },
  ],
  admin: writable([secrets, namespaces, ownRoles]),
  edit: writable([secrets, namespaces]),
  view: [...readable, namespaces],
  'system:discovery': [{ verbs: ['get'], nonResourceURLs: discoveryPaths }],
  'system:public-info-viewer': [{ verbs: ['get'], nonResourceURLs: publicPaths }],
  'system:basic-user': [
    {
      verbs: ['create'],
      apiGroups: ['authorization.k8s.io'],
      resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
    },
    { verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'] },
  ],
  'system:auth-delegator': [
    { verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['tokenreviews'] },
    { verbs: ['create'], apiGroups: ['authorization.k8s.io'], resources: ['subjectaccessreviews'] },
  ],
};

const aggregatedRoles = new Set(['admin', 'edit', 'view']);

const bindings: Readonly<Record<string, string>> = {
  'cluster-admin': mastersGroup,
  'system:discovery': authenticatedGroup,
  'system:public-info-viewer': authenticatedGroup,
  'system:basic-user': authenticatedGroup,
};

const labels = { 'kubernetes.io/bootstrapping': 'rbac-defaults' };

/** Roles and bindings to create in a new cluster. */
export const bootstrapRbac: readonly NewObject[] = [
  ...Object.entries(roles).map(([name, rules]) => ({
    apiVersion,
    kind: 'ClusterRole',
    metadata: { name, labels },
    rules,
    ...(aggregatedRoles.has(name)
      ? { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [`${group}/aggregate-to-${name}`]: 'true' } }] } }
      : {}),
  })),
  ...Object.entries(bindings).map(([name, subject]) => ({
    apiVersion,
    kind: 'ClusterRoleBinding',
    metadata: { name, labels },
    roleRef: { apiGroup: group, kind: 'ClusterRole', name },
    subjects: [{ apiGroup: group, kind: 'Group', name: subject }],
  })),
];
